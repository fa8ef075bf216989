import {type Emitter} from '#shared/events/emit.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type Log} from '#shared/log.ts';

export type DatabaseDependencies = {
	readonly kube: KubeClient;
	readonly emitter: Emitter;
	readonly log: Log;
	/** The local wall clock: only ever compared with the API server's. */
	readonly localNow: () => Date;
};

/** Whose Events these are, and the word that `reconcile.requested` names this function by. */
export const reporter = 'noobaa-database';
