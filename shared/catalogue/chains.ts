import {clockToleranceMs} from '../clock-tolerance.ts';
import {type CatalogueArtifact} from './artifacts.ts';

/**
An artifact with what its chain makes of it.
*/
export type ChainMember = CatalogueArtifact & {
	/** The file is good, where neo4j-admin looks, and so is everything it builds on. */
	readonly isRestorable: boolean;
	/** A differential backup that found no new transaction. It confirms the backup before it and is no restore point of its own. */
	readonly isEmpty: boolean;
};

/**
One FULL and the differential backups that build on it, oldest first; or differential backups whose FULL is not known, of which none is restorable.
*/
export type Chain = {
	/** Name of the first member. */
	readonly id: string;
	readonly database: string;
	/** Target, database and its id together: a database made again under its old name is another one. */
	readonly lineage: string;
	readonly members: readonly ChainMember[];
};

type Growing = {readonly lineage: string; readonly members: ChainMember[]};

/**
The chains of a directory, from the facts of the manifests and never from file names (decision D71): within one target, timeline and database id, a FULL starts a chain and a differential backup joins where its transactions go on. It never joins across a FULL that is there (decision D34); from 2026.02 on it may overlap the FULL it follows. A chain is restorable up to its first member that is missing, archived, empty of bytes, or failed its verification.
*/
export const buildChains = (artifacts: readonly CatalogueArtifact[]): readonly Chain[] => {
	const groups = Map.groupBy(artifacts, ({database, databaseID, targetUID, timeline}) => JSON.stringify([targetUID, database, databaseID, timeline]));
	return [...groups.values()]
		.flatMap(group => chainsOf(group.toSorted(byTime)))
		.map(({lineage, members}) => ({
			id: members[0]!.name, database: members[0]!.database, lineage, members,
		}))
		.toSorted((one, other) => byTime(one.members[0]!, other.members[0]!));
};

/**
Whether a member is something to restore to. What is dated in the future is none: its clock was wrong, or ours is.
*/
export const isRestorePoint = ({isRestorable, isEmpty, takenAt}: ChainMember, now?: Date): boolean =>
	isRestorable && !isEmpty && (now === undefined || !isDatedAhead(takenAt, now));

/**
Whether an instant lies in the future, by more than clocks may be apart that count as right (decision D72): a store's and the API server's never agree to the second, which is all that either tells.
*/
export const isDatedAhead = (instant: string, now: Date): boolean => Date.parse(instant) - now.getTime() > clockToleranceMs;

/**
The members that one of a chain needs to be restored, its FULL first and itself last.
*/
export const lineageOf = (members: readonly ChainMember[], last: ChainMember): readonly ChainMember[] => {
	const parents = last.full ? [] : members.slice(0, members.indexOf(last)).filter(member => follows(last, member));
	const parent = parents.findLast(member => member.isRestorable) ?? parents.at(-1);
	return parent ? [...lineageOf(members, parent), last] : [last];
};

/**
Oldest first, the same whatever order the artifacts came in.
*/
export const byTime = (one: CatalogueArtifact, other: CatalogueArtifact): number =>
	compareInstants(one.orderTime, other.orderTime)
	|| compareInstants(one.time, other.time)
	|| Number(other.full) - Number(one.full)
	|| one.highestTx - other.highestTx
	|| compareText(one.name, other.name);

/** Instants of one form are in the order of their text, and there are very many of them. */
const compareInstants = (one: string, other: string): number =>
	one.length === other.length && one.endsWith('Z') && other.endsWith('Z') ? compareText(one, other) : Date.parse(one) - Date.parse(other);

const compareText = (one: string, other: string): number => one < other ? -1 : Number(one > other);

const chainsOf = (artifacts: readonly CatalogueArtifact[]): readonly Growing[] => {
	const chains: Growing[] = [];
	const readable: Growing[] = [];
	for (const artifact of artifacts) {
		const isEmpty = !artifact.full && artifact.lowestTx === 0 && artifact.highestTx === 0;
		const place = artifact.full ? undefined : placeOf(artifact, isEmpty, readable);
		const isRestorable = isGood(artifact) && (artifact.full || place?.parent?.isRestorable === true);
		const member: ChainMember = {...artifact, isEmpty, isRestorable};
		if (place) {
			place.chain.members.push(member);
		} else {
			const chain = {lineage: JSON.stringify([artifact.targetUID, artifact.database, artifact.databaseID]), members: [member]};
			chains.push(chain);
			readable.push(...isReadable(chain) ? [chain] : []);
		}
	}

	return chains;
};

/** To neo4j-admin an encrypted FULL is not there: nothing builds on it. */
const isReadable = ({members: [first]}: Growing): boolean => first!.encryption === undefined;

const isGood = ({state, verification, size}: CatalogueArtifact): boolean => (state === 'present' || state === 'archivedInPlace') && verification !== 'failed' && size > 0;

type Place = {readonly chain: Growing; readonly parent: ChainMember | undefined};

const placeOf = (artifact: CatalogueArtifact, isEmpty: boolean, chains: readonly Growing[]): Place | undefined => {
	if (isEmpty) {
		return confirmed(chains);
	}

	let first: Place | undefined;
	for (const chain of reachable(chains)) {
		// Newest first, without a list of them for each artifact.
		for (let position = chain.members.length - 1; position >= 0; position--) {
			const parent = chain.members[position]!;
			if (!follows(artifact, parent)) {
				continue;
			}

			if (parent.isRestorable) {
				return {chain, parent};
			}

			first ??= {chain, parent};
		}
	}

	return first;
};

/** An empty differential backup says nothing of its parent: it is the most recent file with transactions that neo4j-admin could see, and a FULL that cannot be restored is none. */
const confirmed = (chains: readonly Growing[]): Place | undefined => {
	const places = reachable(chains).map(chain => ({chain, parent: chain.members.findLast(member => !member.isEmpty && member.isRestorable)}));
	const seen = places.filter((place): place is Required<Place> & {parent: ChainMember} => place.parent !== undefined);
	const last = chains.at(-1);
	return seen.toSorted((one, other) => byTime(one.parent, other.parent)).at(-1) ?? (last && {chain: last, parent: last.members.findLast(member => !member.isEmpty)});
};

/** Newest first, back to the newest chain whose FULL neo4j-admin can see: it looks no further. */
const reachable = (chains: readonly Growing[]): readonly Growing[] => {
	const end = chains.findLastIndex(({members: [first]}) => first!.full && first!.isRestorable);
	return chains.slice(Math.max(end, 0)).toReversed();
};

const follows = (artifact: CatalogueArtifact, parent: ChainMember): boolean => {
	if (parent.isEmpty) {
		return false;
	}

	return artifact.lowestTx === parent.highestTx + 1
		|| (parent.full && artifact.lowestTx <= parent.highestTx && artifact.highestTx >= parent.highestTx && mayOverlap(artifact));
};

/** Versions of a year and a month, as `2026.02.1`. An unknown version is taken for an old one: fewer chains are then called restorable. */
const mayOverlap = ({targetVersion = ''}: CatalogueArtifact): boolean => {
	const match = /^(?<year>\d{4})\.(?<month>\d{1,2})(?:\.|$)/v.exec(targetVersion)?.groups;
	return match !== undefined && (Number(match['year']) * 100) + Number(match['month']) >= 202_602;
};
