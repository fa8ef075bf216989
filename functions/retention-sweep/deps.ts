import {type Emitter} from '#shared/events/emit.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type StoreEndpoints} from '#shared/runs/location.ts';
import {type Log} from '#shared/log.ts';

export type SweepConfig = {
	/** The project's own image, for sweep Jobs. */
	readonly image: string;
	/** How long an artifact is marked before it may be deleted. */
	readonly graceMs: number;
	/** Where the installation says that neither CR nor Secret does. */
	readonly region?: string;
	readonly storageAccount?: string;
	readonly endpoints?: StoreEndpoints;
};

export type SweepDependencies = {
	readonly kube: KubeClient;
	readonly emitter: Emitter;
	readonly config: SweepConfig;
	readonly log: Log;
	/** The local wall clock: only ever compared with the API server's. */
	readonly localNow: () => Date;
	/** Counts milliseconds; given by tests. */
	readonly monotonic?: () => number;
};

/** Whose Events these are. */
export const reporter = 'retention-sweep';
