import {defaultKubeClient} from '../kube/in-cluster.ts';
import {type KubeClient} from '../kube/client.ts';
import {type Log} from '../log.ts';
import {present} from '../present.ts';
import {createEmitter, type Emitter} from './emit.ts';
import {readServiceConfig, type ServiceConfig} from './service-config.ts';

/**
What every function is given.
*/
export type FunctionDependencies = {
	readonly service: ServiceConfig;
	readonly kube: KubeClient;
	readonly emitter: Emitter;
	readonly log: Log;
	/** The local wall clock: only ever compared with the API server's. */
	readonly localNow: () => Date;
};

/**
What every function is given by its environment, in its Pod.
*/
export const readDependencies = (environment: NodeJS.ProcessEnv, log: Log): FunctionDependencies => {
	const service = readServiceConfig(environment);
	return {
		service,
		log,
		kube: defaultKubeClient(),
		emitter: createEmitter({...present({sink: service.sink}), ceOverrides: service.ceOverrides}),
		localNow: () => new Date(),
	};
};
