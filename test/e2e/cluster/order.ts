import {readFile} from 'node:fs/promises';
import {type ComponentName} from './components.ts';
import {places, type ClusterSettings} from './settings.ts';

/** What the keeper and the box of a cluster are told, in a file of its state folder. */
export type Order = {
	readonly settings: ClusterSettings;
	readonly programs: Readonly<Record<ComponentName | 'kubectl' | 'ctr', string>>;
	readonly pauseArchive: string;
};

/** What the keeper leaves for others to find its cluster by. */
export type ClusterRecord = {
	readonly keeper: number;
	/** The first process of the box, as this machine numbers it. */
	readonly box: number;
};

/** What the box says of itself. */
export type BoxState = {
	readonly ready: boolean;
	/** Seconds from the start of the box until each was there. */
	readonly laps: Readonly<Record<string, number>>;
	readonly components: Readonly<Record<string, {readonly running: boolean; readonly restarts: number}>>;
};

/**
The order of a cluster, by the file that a program was given.
*/
export const readOrder = async (file: string): Promise<Order> => JSON.parse(await readFile(file, 'utf8')) as Order;

/**
What the keeper of a cluster left to find it by, if there is one.
*/
export const readRecord = async (settings: ClusterSettings): Promise<ClusterRecord | undefined> => {
	try {
		return JSON.parse(await readFile(places(settings).record, 'utf8')) as ClusterRecord;
	} catch {
		return undefined;
	}
};
