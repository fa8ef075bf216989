import {type SharedReads} from './shared-reads.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type Emitter} from '#shared/events/emit.ts';
import {type StoreDefaults} from '#shared/pods/find-storage.ts';
import {type Log} from '#shared/log.ts';

export type LaunchConfig = StoreDefaults & {
	/** The project's own image, for the containers beside neo4j-admin. */
	readonly image: string;
};

export type LaunchDependencies = {
	readonly kube: KubeClient;
	readonly emitter: Emitter;
	readonly config: LaunchConfig;
	readonly log: Log;
	/** The local wall clock: only ever compared with the API server's. */
	readonly localNow: () => Date;
	/** Milliseconds that only go forward, for how old a read may be; the process's own when absent. */
	readonly monotonic?: () => number;
	/** What runs of a schedule look up together; each for itself when absent. */
	readonly sharedReads?: SharedReads;
	/** Where a Bolt address is really reached; the address itself when absent. */
	readonly boltAddress?: (uri: string) => string;
};
