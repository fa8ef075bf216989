import {
	byTime, isRestorePoint, type Chain, type ChainMember,
} from '../catalogue/chains.ts';
import {periodNamer} from './period.ts';
import {periods, type RetentionPolicy} from './policy.ts';

/**
Where an artifact stands among the restore points of its database.
*/
export type Standing = {
	/** Restore points of the database that are newer. */
	readonly newer: number;
	/** The rule of `keep` that holds it, as `daily 2026-01-31`. */
	readonly heldBy?: string;
};

/**
Counts, for each database by its name, from the newest artifact to the oldest. Only restore points count and are held: what cannot be restored, is empty, or is dated in the future pushes nothing out and takes no place.
*/
export const standings = (chains: readonly Chain[], policy: RetentionPolicy, now: Date): ReadonlyMap<string, Standing> => {
	const members = Map.groupBy(chains.flatMap(chain => chain.members), ({database}) => database);
	return new Map([...members.values()].flatMap(ofDatabase => [...standingsOf(ofDatabase, policy, now)]));
};

function * standingsOf(members: readonly ChainMember[], policy: RetentionPolicy, now: Date): Generator<readonly [string, Standing]> {
	const hold = policy.keep ? holder(policy.keep, policy.timeZone) : () => undefined;
	let newer = 0;
	for (const member of members.toSorted(byTime).toReversed()) {
		const isPoint = isRestorePoint(member, now);
		const heldBy = isPoint ? hold(new Date(member.orderTime)) : undefined;
		yield [member.name, {newer, ...(heldBy && {heldBy})}];
		newer += Number(isPoint);
	}
}

/** Takes instants from the newest to the oldest, and says of which period each is the first. */
const holder = (keep: NonNullable<RetentionPolicy['keep']>, timeZone: string): ((instant: Date) => string | undefined) => {
	const nameOf = periodNamer(timeZone);
	const rules = periods.map(period => ({period, limit: keep[period] ?? 0, taken: new Set<string>()}));
	return instant => {
		const holding = rules.flatMap(({period, limit, taken}) => {
			const name = taken.size < limit ? nameOf(period, instant) : undefined;
			if (name === undefined || taken.has(name)) {
				return [];
			}

			taken.add(name);
			return [`${period} ${name}`];
		});
		return holding[0];
	};
};
