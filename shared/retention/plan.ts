import {isArchived} from '../catalogue/artifacts.ts';
import {
	isDatedAhead, isRestorePoint, type Chain, type ChainMember,
} from '../catalogue/chains.ts';
import {pinHolder, type Pin} from '../catalogue/pin.ts';
import {newestRestorable} from './newest-restorable.ts';
import {type RetentionPolicy} from './policy.ts';
import {standings, type Standing} from './standing.ts';
import {ageText, unrestorableText} from './words.ts';

export type Verdict = {
	readonly artifact: ChainMember;
	/** Id of its chain. */
	readonly chain: string;
	readonly verdict: 'keep' | 'expire' | 'archive';
	/** A sentence for people. */
	readonly reason: string;
};

export type PlanInput = {
	readonly chains: readonly Chain[];
	/** Undefined: nothing expires. */
	readonly policy: RetentionPolicy | undefined;
	/** The API server's time. */
	readonly now: Date;
	/** What restores and fetches that go on hold. */
	readonly pins: ReadonlyArray<Pick<Pin, 'purpose' | 'restore' | 'artifacts'>>;
};

/**
What stays and what may go, for every artifact, with the reason. Pure; it is the one planner for buckets, claims and snapshots.

The **backups** that `maxAge`, `maxCount`, `minCount` and `keep` speak of are restore points: artifacts that can be restored together with all they build on, that hold transactions, and that are not dated in the future. They are counted for each database by its name. A restore point is past policy when it is older than `maxAge`, counted from when it was last known to be the current state (an empty differential backup confirms the one it follows), or when `maxCount` newer ones of its database exist; with `keep` and neither of the two, when `keep` does not hold it. It stays all the same while fewer than `minCount` newer ones exist, or while `keep`, a pinned run or a running restore holds it.

What cannot be restored protects nothing. It goes with its chain; where the whole chain cannot be restored, once each member is past `maxAge` or `maxCount` itself.

What is **archived** stays in the archive, and holds what it builds on unless that is archived too.

A **chain** goes as a whole, when nothing in it stays. The newest restorable chain of every lineage (target, database and database id) stays whatever the policy says: also of a database that is gone, or that was made again under its old name.
*/
export const plan = ({chains, policy, now, pins}: PlanInput): readonly Verdict[] => {
	if (!policy) {
		return chains.flatMap(chain => chain.members.map(artifact => ({
			artifact, chain: chain.id, verdict: 'keep' as const, reason: 'kept: spec.retention lets nothing expire',
		})));
	}

	const judge = judgeWith({
		policy, now, pins, standing: standings(chains, policy, now), unknownPins: unknownPins(chains, policy),
	});
	const newest = newestRestorable(chains, now);
	const going = policy.deletePolicy === 'Archive' ? 'archive' : 'expire';
	return chains.flatMap(chain => verdictsOf(chain, judge, {isNewest: newest.has(chain.id), going}));
};

type Judgement = {readonly stays?: string; readonly goes?: string};
type Judge = (chain: Chain, position: number) => Judgement;
type Context = Omit<PlanInput, 'chains' | 'policy'> & {readonly policy: RetentionPolicy; readonly standing: ReadonlyMap<string, Standing>; readonly unknownPins: ReadonlyMap<string, string>};

const verdictsOf = (chain: Chain, judge: Judge, {isNewest, going}: {isNewest: boolean; going: 'archive' | 'expire'}): readonly Verdict[] => {
	const judgements = chain.members.map((_, position) => judge(chain, position));
	const holder = chain.members.find((_, position) => judgements[position]!.stays !== undefined);
	return chain.members.map((artifact, position) => {
		const {stays, goes} = judgements[position]!;
		if (isArchived(artifact)) {
			return {
				artifact, chain: chain.id, verdict: 'keep', reason: `kept: ${archivedText}`,
			};
		}

		if (isNewest || holder) {
			const reason = isNewest ? `newest restorable chain of ${chain.database}` : stays ?? `its chain holds ${holder!.name}, which stays`;
			return {
				artifact, chain: chain.id, verdict: 'keep', reason: `kept: ${reason}`,
			};
		}

		return {
			artifact, chain: chain.id, verdict: going, reason: `expires: ${goes!}`,
		};
	});
};

const judgeWith = (context: Context): Judge => (chain, position) => {
	const artifact = chain.members[position]!;
	if (isArchived(artifact)) {
		return context.policy.deletePolicy === 'Archive' ? {goes: archivedText} : {stays: archivedText};
	}

	const hold = pinnedBy(artifact, context) ?? datedAhead(artifact, context);
	if (hold !== undefined) {
		return {stays: hold};
	}

	if (isRestorePoint(artifact, context.now)) {
		return judgePoint(chain, position, context);
	}

	if (chain.members.some(member => isRestorePoint(member, context.now))) {
		return {goes: artifact.isRestorable ? 'holds no transactions, and its chain goes' : `${unrestorableText(artifact)}, and its chain goes`};
	}

	const past = pastPolicy(artifact, Date.parse(artifact.takenAt), context);
	return past === undefined
		? {stays: `${unrestorableText(artifact)}, and it is not past policy`}
		: {goes: `${unrestorableText(artifact)}, and ${past}`};
};

const archivedText = 'it is in the archive';

const judgePoint = (chain: Chain, position: number, context: Context): Judgement => {
	const artifact = chain.members[position]!;
	const {policy: {minCount, maxAge, maxCount}, now} = context;
	const {newer, heldBy} = context.standing.get(artifact.name)!;
	const past = pastPolicy(artifact, currentUntil(chain, position, now), context);
	if (past === undefined) {
		const rules = [maxAge && `not older than ${maxAge.text}`, maxCount !== undefined && `among the ${maxCount} newest of ${artifact.database}`];
		return {stays: rules.filter(Boolean).join(' and ')};
	}

	if (newer < minCount) {
		return {stays: `among the ${minCount} newest of ${artifact.database}, which minCount protects`};
	}

	if (heldBy !== undefined) {
		return {stays: `newest of ${heldBy}, which keep protects`};
	}

	const end = chain.members.at(-1)!;
	return {goes: chain.members.length === 1 ? past : `${past}, and its chain ended ${ageText(now.getTime() - Date.parse(end.takenAt))} ago`};
};

/** Why an artifact is past policy; undefined while it is not. */
const pastPolicy = ({name, database}: ChainMember, since: number, {policy: {maxAge, maxCount}, now, standing}: Context): string | undefined => {
	if (maxAge && now.getTime() - since > maxAge.milliseconds) {
		return `older than ${maxAge.text}`;
	}

	if (maxCount !== undefined && standing.get(name)!.newer >= maxCount) {
		return `not among the ${maxCount} newest of ${database}`;
	}

	return maxAge ?? maxCount ? undefined : 'no rule of keep holds it';
};

/** When a restore point was last known to be the current state: its own time, or that of the last empty differential backup that confirmed it. What cannot be restored in between is passed over, so that it pushes nothing out. */
const currentUntil = ({members}: Chain, position: number, now: Date): number => {
	const after = members.slice(position + 1).filter(({isRestorable}) => isRestorable);
	const next = after.findIndex(({isEmpty}) => !isEmpty);
	const confirming = (next === -1 ? after : after.slice(0, next)).findLast(({takenAt}) => !isDatedAhead(takenAt, now));
	return Date.parse((confirming ?? members[position]!).takenAt);
};

/** By database a pinned run of which nothing is known there. A sweep sees one database at a time, and what a person is shown must be the same. */
const unknownPins = (chains: readonly Chain[], {pinned}: RetentionPolicy): ReadonlyMap<string, string> => {
	const databases = Map.groupBy(pinned.length > 0 ? chains : [], ({database}) => database);
	return new Map([...databases].flatMap(([database, ofDatabase]) => {
		const known = new Set(ofDatabase.flatMap(({members}) => members.map(({runID}) => runID)));
		const unknown = pinned.find(runID => !known.has(runID));
		return unknown === undefined ? [] : [[database, unknown]];
	}));
};

const pinnedBy = ({name, database, runID, isRebuilt}: ChainMember, {policy, pins, unknownPins: unknown}: Context): string | undefined => {
	const pin = pins.find(({artifacts}) => artifacts.includes(name));
	const lost = unknown.get(database);
	if (isRebuilt && lost !== undefined) {
		return `it may be of run ${lost}, which spec.retention.pinned names: the catalogue that knew was lost`;
	}

	return policy.pinned.includes(runID) ? `run ${runID} is pinned in spec.retention.pinned` : pin && `${pinHolder(pin)} reads it`;
};

const datedAhead = ({takenAt}: ChainMember, {now}: Context): string | undefined =>
	isDatedAhead(takenAt, now) ? `dated in the future (${takenAt}), so that its clock cannot be trusted` : undefined;
