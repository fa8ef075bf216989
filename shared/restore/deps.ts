import {type Emitter} from '../events/emit.ts';
import {type KubeClient} from '../kube/client.ts';
import {type Log} from '../log.ts';
import {type StoreDefaults} from '../pods/find-storage.ts';

/**
What the functions that move a restore on are given.
*/
export type RestoreDependencies = {
	readonly kube: KubeClient;
	readonly emitter: Emitter;
	readonly log: Log;
	readonly config: StoreDefaults & {
		/** The project's own image, for the containers beside neo4j-admin. */
		readonly image: string;
	};
	/** The local wall clock: only ever compared with the API server's. */
	readonly localNow: () => Date;
	/** How a step waits a moment; by the clock when absent. */
	readonly pause?: (milliseconds: number) => Promise<void>;
	/** Where a Bolt address is really reached; the address itself when absent. */
	readonly boltAddress?: (uri: string) => string;
};
