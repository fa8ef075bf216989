import {type Header} from './artifact.ts';
import {isAtLeast, type Version} from './version.ts';

/**
An empty differential: it records that there was nothing new.
*/
export const isEmpty = (header: Header): boolean => !header.full && header.highestTx === 0;

/**
Newest first; of one time the one that reaches further.
*/
export const byNewest = (left: Header, right: Header): number => Date.parse(right.time) - Date.parse(left.time) || right.highestTx - left.highestTx;

/**
The backup that a differential of this database continues: the newest non-empty one, or, when differentials are preferred, the newest non-empty differential if there is any. Undefined when no full backup of the database is there.
*/
export const findParent = <T extends Header>(artifacts: readonly T[], databaseID: string, preferDifferential: boolean): T | undefined => {
	const candidates = artifacts.filter(artifact => artifact.databaseID === databaseID && !isEmpty(artifact)).toSorted(byNewest);
	if (!candidates.some(({full}) => full)) {
		return undefined;
	}

	return (preferDifferential ? candidates.find(({full}) => !full) : undefined) ?? candidates[0];
};

/**
The chain that ends at an artifact, the full backup first: each member begins where the one before it ends. From 2026.02 the first differential may overlap the full backup. Undefined when a link is missing.
*/
export const chainEndingAt = <T extends Header>(artifacts: readonly T[], last: T, version: Version): readonly T[] | undefined => {
	const members = artifacts.filter(artifact => artifact.databaseID === last.databaseID && !isEmpty(artifact)).toSorted(byNewest);
	const overlap = isAtLeast(version, '2026.02');
	const chain = [last];
	for (let current = last; !current.full;) {
		const previous = members.find(artifact => precedes(artifact, current, overlap));
		if (previous === undefined) {
			return undefined;
		}

		chain.unshift(previous);
		current = previous;
	}

	return chain;
};

const precedes = (artifact: Header, next: Header, overlap: boolean): boolean => {
	const joins = artifact.highestTx + 1 === next.lowestTx;
	const overlaps = overlap && artifact.full && next.lowestTx <= artifact.highestTx && artifact.highestTx < next.highestTx;
	return artifact !== next && Date.parse(artifact.time) <= Date.parse(next.time) && artifact.lowestTx < next.lowestTx && (joins || overlaps);
};
