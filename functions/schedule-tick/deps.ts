import {type Emitter} from '#shared/events/emit.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type Log} from '#shared/log.ts';

export type TickDependencies = {
	readonly kube: KubeClient;
	readonly emitter: Emitter;
	readonly log: Log;
	/** The local wall clock: only ever compared with the API server's. */
	readonly localNow: () => Date;
	/** Whether the component for NooBaa is installed. */
	readonly scansNooBaas?: boolean;
	/** Milliseconds that only go forward, for the time that a tick may take; the process's own when absent. */
	readonly monotonic?: () => number;
};

/** Whose Events these are. */
export const reporter = 'schedule-tick';
