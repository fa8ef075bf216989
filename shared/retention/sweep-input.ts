import {type Owner} from '../catalogue/manifest.ts';
import {type SweepResult} from '../events/swept-parts.ts';
import {type Log} from '../log.ts';
import {type Store} from '../stores/store.ts';
import {type RetentionPolicy} from './policy.ts';

export type SweepLimits = {
	/** How long an artifact is marked before it may be deleted. */
	readonly graceMs: number;
	/** Artifacts of one request, before each of which it is looked whether anything has changed. */
	readonly batchSize: number;
	/** Requests under way at a time. */
	readonly deletesAtOnce: number;
	/** Artifacts of databases with something to delete that are in memory at a time: before anything of them is deleted, all of them are compared with a listing. */
	readonly portionSize: number;
	/** How old the listing of a database may be when its files are deleted. */
	readonly listingMaxAgeMs: number;
};

export const defaultLimits: SweepLimits = {
	graceMs: 10 * 60_000, batchSize: 1000, deletesAtOnce: 4, portionSize: 7000, listingMaxAgeMs: 60_000,
};

export type SweepInput = {
	readonly store: Store;
	/** Undefined: nothing is deleted, the catalogue is looked after all the same. */
	readonly policy: RetentionPolicy | undefined;
	readonly owner: Owner;
	/** `<yyyymmddhhmmss>-<8 hex>`, another for each sweep. */
	readonly sweepID: string;
	/** The API server's clock; in a Job, the store's. */
	readonly now: () => Promise<Date>;
	/** The clock of this machine: only ever compared with the other. */
	readonly localNow: () => Date;
	/** Asked before each batch of deletions: why the sweep has to stop, or undefined while the CR is as it was. */
	readonly changed: () => Promise<string | undefined>;
	readonly log: Log;
	readonly limits: SweepLimits;
	/** The sweep stops before the next batch once this says so, and the next sweep goes on. */
	readonly isOver?: () => boolean;
	/** Tells the world what was deleted, before the catalogue forgets it: when this fails, the next sweep tells it again. */
	readonly announce?: (result: SweepResult) => Promise<void>;
	/** Runs of which the caller wants the facts. */
	readonly wantedRuns: readonly string[];
};
