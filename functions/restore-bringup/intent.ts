/** How long whoever stated an intent has to act on it. Both are longer than a statement may take. */
const actsWithinMs = 20_000;
const ownForMs = 60_000;

/**
What to do about the one statement of a restore, whose intent is the time that its status has: state it, send it, or leave it to whoever stated it.
*/
export type IntentStep = 'begin' | 'send' | 'leave';

/**
Decides on a statement whose effect was just seen to be missing. Only the call that follows its own write of the intent sends it. An intent of somebody else's is left alone for a minute; after that whoever stated it has sent what will never have an effect, or nothing, and it is stated anew (row R-011).
*/
export const intentStep = ({statedAt, isOwn, now}: {readonly statedAt: string | undefined; readonly isOwn: boolean; readonly now: Date}): IntentStep => {
	if (statedAt === undefined) {
		return 'begin';
	}

	const age = now.getTime() - Date.parse(statedAt);
	if (isOwn && age < actsWithinMs) {
		return 'send';
	}

	return age < ownForMs ? 'leave' : 'begin';
};
