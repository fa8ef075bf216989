import {statfs} from 'node:fs/promises';
import {type UnnamedArtifact} from './unnamed-artifacts.ts';
import {formatBytes} from '#shared/api/sizes.ts';

/** Of a volume on the node's own disk, so much is left free: kubelet evicts Pods when less than a tenth is. */
const spare = 0.15;

/**
Why the artifacts of a lost catalogue cannot be read in the Pod, as a sentence; undefined when there is room for them and for what this run writes beside them: for each database as much as its largest one.
*/
export const lackOfRoom = (artifacts: readonly UnnamedArtifact[], {free, total}: Room): string | undefined => {
	const largest = new Map<string, number>();
	for (const {database, size} of artifacts) {
		largest.set(database, Math.max(size, largest.get(database) ?? 0));
	}

	const needed = sum(artifacts.map(({size}) => size)) + sum([...largest.values()]);
	const room = Math.max(0, free - (spare * total));
	return needed <= room
		? undefined
		: `the catalogue was lost and is not rebuilt: to read the headers of ${artifacts.length} artifacts the Pod needs ${formatBytes(needed)} and has ${formatBytes(room)}; set options.tempStorage.size to at least ${formatBytes(Math.ceil(needed / (1 - spare)))}`;
};

export type Room = {
	/** Bytes that are free. */
	readonly free: number;
	/** Bytes of the whole volume. */
	readonly total: number;
};

/**
The room on the volume that a folder lies on.
*/
export const roomIn = async (folder: string): Promise<Room> => {
	const {bavail, blocks, bsize} = await statfs(folder);
	return {free: bavail * bsize, total: blocks * bsize};
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
