import {isDatedAhead, lineageOf, type ChainMember} from '../catalogue/chains.ts';

/**
Something to restore to, and the chain that it is of, with what confirms it.
*/
export type RestorePoint = {readonly member: ChainMember; readonly chain: readonly ChainMember[]};

/** What restoring one point can be cut to: from its FULL, which cannot be cut, to the last instant of which it is known to be the state. */
type Coverage = {readonly point: RestorePoint; readonly from: number; readonly until: number};

/**
The first of these points that contains an instant, so that neo4j-admin can cut it there: the first one taken then or later whose FULL is not younger. Between the end of a chain and the FULL of the next one nothing does, because what was committed there is in no differential backup. An empty differential backup lets the one before it contain all until then.
*/
export const pointContaining = (points: readonly RestorePoint[], instant: Date, now: Date): RestorePoint | undefined =>
	coverages(points, now).find(({from, until}) => from <= instant.getTime() && instant.getTime() <= until)?.point;

/**
What these points can be cut to, as the end of a sentence that said that an instant is not among it.
*/
export const coverageText = (points: readonly RestorePoint[], instant: Date, now: Date): string => {
	const found = coverages(points, now);
	const [first] = found.toSorted((one, other) => one.from - other.from);
	const last = found.toSorted((one, other) => one.until - other.until).at(-1);
	if (!first || !last) {
		return '';
	}

	const before = found.filter(({until}) => until < instant.getTime()).toSorted((one, other) => one.until - other.until).at(-1);
	const after = found.filter(({from}) => from > instant.getTime()).toSorted((one, other) => one.from - other.from)[0];
	const range = `the backups cover ${textOf(first.from)} to ${textOf(last.until)}`;
	if (!before || !after) {
		return `; ${range}: choose a point of it, or leave pointInTime out`;
	}

	return `; ${range}, but nothing between ${textOf(before.until)} and ${textOf(after.from)}, because a full backup began a new chain there: choose another point, or leave pointInTime out and name ${before.point.member.name} or ${after.point.member.name} in backupPath`;
};

/** In the order of the points. */
const coverages = (points: readonly RestorePoint[], now: Date): readonly Coverage[] => points.map(point => {
	const {member, chain} = point;
	return {point, from: Date.parse(lineageOf(chain, member)[0]!.takenAt), until: Date.parse(confirmedUntil(point, now))};
});

const confirmedUntil = ({member, chain}: RestorePoint, now: Date): string => {
	const after = chain.slice(chain.indexOf(member) + 1);
	const next = after.findIndex(({isEmpty}) => !isEmpty);
	const confirming = (next === -1 ? after : after.slice(0, next)).findLast(({isRestorable, takenAt}) => isRestorable && !isDatedAhead(takenAt, now));
	return confirming && Date.parse(confirming.takenAt) > Date.parse(member.takenAt) ? confirming.takenAt : member.takenAt;
};

const textOf = (instant: number): string => new Date(instant).toISOString();
