import {type Size} from '#test/shared/retention/large-directory.ts';
import {type StoreCredentials, type StoreLocation} from '#shared/stores/store.ts';

/**
What a process that sweeps is told, and what it answers.
*/
export type SweepOrder = {
	readonly size: Size;
	/** A server, or a folder with a catalogue beside which the artifacts are made up. */
	readonly place: {readonly location: StoreLocation; readonly credentials: StoreCredentials} | {readonly folder: string; readonly now: string};
};

export type SweepReport = {readonly milliseconds: number; readonly reason: string; readonly message: string; readonly deleted: number; readonly peakKiB: number};

/**
What a process that does the least is told.
*/
export type FloorOrder = {
	readonly endpoint: string;
	readonly bucket: string;
	readonly credentials: Readonly<Record<string, string>>;
	/** A file with the keys, one a line. */
	readonly keysFile: string;
	/** What to list, each page by page. */
	readonly prefixes: readonly string[];
	/** Requests at a time. */
	readonly atOnce: number;
};
