import {type CatalogueArtifact} from '../catalogue/artifacts.ts';
import {
	buildChains, byTime, isDatedAhead, isRestorePoint, lineageOf, type ChainMember,
} from '../catalogue/chains.ts';
import {parseEncryptedName} from '../encryption/algorithm.ts';
import {ConfigurationError} from '../errors.ts';
import {unrestorableText} from '../retention/words.ts';
import {coverageText, pointContaining, type RestorePoint} from './contains-point.ts';

/**
The state of a database that somebody wants back: the newest, the newest that was taken not later than an instant, what neo4j-admin can cut at an instant (of one artifact where it is named), that of a run, or that of one artifact.
*/
export type WantedPoint
	= | {readonly kind: 'newest'}
		| {readonly kind: 'before'; readonly instant: Date}
		| {readonly kind: 'containing'; readonly instant: Date; readonly name?: string}
		| {readonly kind: 'run'; readonly runID: string}
		| {readonly kind: 'artifact'; readonly name: string};

/**
What is needed to restore one database to one point.
*/
export type Selection = {
	readonly database: string;
	/** The artifact that holds the last transactions. */
	readonly point: ChainMember;
	/** The FULL first, then each differential backup that goes on where the one before it ends, the point last. */
	readonly members: readonly ChainMember[];
	/** What is newer, and would have been taken if it could be restored. */
	readonly passedOver: ReadonlyArray<{readonly name: string; readonly reason: string}>;
};

export type SelectInput = {
	readonly database: string;
	/** Those of the database. */
	readonly artifacts: readonly CatalogueArtifact[];
	readonly wanted: WantedPoint;
	/** What is dated after it counts as taken by a wrong clock. */
	readonly now: Date;
};

/**
Which artifacts a restore of a database takes. The chains are those of the planner of retention, so that what it keeps as restorable is what can be restored; beside them counts what would be restorable if it were not archived: that is selected too, and refused by others, so that nobody gets an older state without being told. What failed its verification, is missing, is empty, or builds on such, is never selected (decision D75). Throws a ConfigurationError that says what there is instead.
*/
export const selectPoint = (input: SelectInput): Selection => {
	const {database, wanted} = input;
	const points = pointsOf(input);
	const point = pick(points, input);
	if (!point) {
		throw wanted.kind === 'containing' && points.length > 0 && (wanted.name === undefined || namedPoint(input, points))
			? new ConfigurationError(`${database}: ${nothingFound(input)}${coverageText(candidates(input, points), wanted.instant, input.now)}`, 'PointInTimeNotCovered')
			: new ConfigurationError(`${database}: ${nothingFound(input)}${insteadText(points)}`, 'NotRestorable');
	}

	return {
		database, point: point.member, members: lineageOf(point.chain, point.member), passedOver: wanted.kind === 'newest' || wanted.kind === 'before' ? passedOver(point, points, input) : [],
	};
};

/** Oldest first. */
const pointsOf = ({artifacts, now}: SelectInput): readonly RestorePoint[] => {
	const points = new Map<string, RestorePoint>();
	const states = new Map(artifacts.map(({name, state}) => [name, state]));
	// What is restorable as it lies there goes first: with thawed files in the way, a differential backup might seem to build on another one.
	const views = [artifacts, ...artifacts.some(({state}) => state === 'archived') ? [artifacts.map(artifact => thawed(artifact))] : []];
	for (const {members} of views.flatMap(view => buildChains(view))) {
		const chain = members.map(member => ({...member, state: states.get(member.name)!}));
		for (const member of chain.filter(one => isRestorePoint(one, now) && !points.has(one.name))) {
			points.set(member.name, {member, chain});
		}
	}

	return [...points.values()].toSorted((one, other) => byTime(one.member, other.member));
};

const thawed = (artifact: CatalogueArtifact): CatalogueArtifact => artifact.state === 'archived' ? {...artifact, state: 'archivedInPlace'} : artifact;

const pick = (points: readonly RestorePoint[], input: SelectInput): RestorePoint | undefined => {
	const {wanted} = input;
	switch (wanted.kind) {
		case 'newest': {
			return points.at(-1);
		}

		case 'before': {
			return points.findLast(({member: {takenAt}}) => Date.parse(takenAt) <= wanted.instant.getTime());
		}

		case 'containing': {
			return pointContaining(candidates(input, points), wanted.instant, input.now);
		}

		case 'run':
		case 'artifact': {
			return namedPoint(input, points);
		}
	}
};

/** Where an artifact is named, it alone. */
const candidates = (input: SelectInput, points: readonly RestorePoint[]): readonly RestorePoint[] => {
	const isNamed = input.wanted.kind === 'containing' && input.wanted.name !== undefined;
	return isNamed ? [namedPoint(input, points)].filter(point => point !== undefined) : points;
};

const namedPoint = (input: SelectInput, points: readonly RestorePoint[]): RestorePoint | undefined => {
	const named = namedArtifact(input);
	return named && (points.find(({member: {name}}) => name === named.name) ?? confirmedBy(named, input, points));
};

const namedArtifact = ({artifacts, wanted}: SelectInput): CatalogueArtifact | undefined => artifacts.toSorted(byTime).findLast(({name, runID}) =>
	wanted.kind === 'run' ? runID === wanted.runID : 'name' in wanted && (name === wanted.name || parseEncryptedName(name)?.plainName === wanted.name));

/** A differential backup that found no new transaction stands for the state of the one before it. */
const confirmedBy = ({name}: CatalogueArtifact, {artifacts}: SelectInput, points: readonly RestorePoint[]): RestorePoint | undefined => {
	const chain = buildChains(artifacts.map(artifact => thawed(artifact))).find(({members}) => members.some(member => member.name === name))?.members ?? [];
	const position = chain.findIndex(member => member.name === name);
	if (!chain[position]?.isEmpty || !chain[position].isRestorable) {
		return undefined;
	}

	const confirmed = chain.slice(0, position).findLast(member => !member.isEmpty && member.isRestorable);
	return points.find(({member}) => member.name === confirmed?.name);
};

const nothingFound = (input: SelectInput): string => {
	const {wanted} = input;
	switch (wanted.kind) {
		case 'newest': {
			return 'none of its backups can be restored';
		}

		case 'before': {
			return `no backup that can be restored was taken at ${wanted.instant.toISOString()} or before`;
		}

		case 'containing': {
			const {name, instant} = wanted;
			return name === undefined || namedPoint(input, pointsOf(input)) ? `no backup ${name === undefined ? 'that can be restored' : `in ${name}`} contains the point in time ${instant.toISOString()}` : namedProblem(input, name);
		}

		case 'run': {
			return namedProblem(input, `of run ${wanted.runID}`);
		}

		case 'artifact': {
			return namedProblem(input, wanted.name);
		}
	}
};

const namedProblem = (input: SelectInput, name: string): string => {
	const named = namedArtifact(input);
	return named ? `${named.name} cannot be restored: ${reasonOf(named, input)}` : `there is no artifact ${name}`;
};

const reasonOf = ({name, takenAt}: CatalogueArtifact, {artifacts, now}: SelectInput): string => {
	if (isDatedAhead(takenAt, now)) {
		return `it is dated in the future (${takenAt}), so that its clock cannot be trusted`;
	}

	const member = buildChains(artifacts.map(artifact => thawed(artifact))).flatMap(({members}) => members).find(one => one.name === name)!;
	return member.isEmpty ? 'it holds no transactions, and what it confirms cannot be restored' : unrestorableText(member);
};

const insteadText = (points: readonly RestorePoint[]): string => {
	const [oldest, newest] = [points[0], points.at(-1)];
	if (!oldest || !newest) {
		return '';
	}

	return points.length === 1
		? `; what can be is ${newest.member.name}, taken ${newest.member.takenAt}`
		: `; there are ${points.length} others, from ${oldest.member.name}, taken ${oldest.member.takenAt}, to ${newest.member.name}, taken ${newest.member.takenAt}`;
};

const passedOver = ({member}: RestorePoint, points: readonly RestorePoint[], input: SelectInput): Selection['passedOver'] => {
	const limit = input.wanted.kind === 'before' ? input.wanted.instant.getTime() : Infinity;
	const restorable = new Set(points.map(point => point.member.name));
	return input.artifacts
		.filter(artifact => byTime(artifact, member) > 0 && !restorable.has(artifact.name) && Date.parse(artifact.takenAt) <= limit && (artifact.full || artifact.highestTx > 0))
		.toSorted(byTime)
		.map(artifact => ({name: artifact.name, reason: reasonOf(artifact, input)}));
};
