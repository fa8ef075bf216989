import {type DatabaseDependencies} from './deps.ts';
import {createEmitter} from '#shared/events/emit.ts';
import {readServiceConfig, type ServiceConfig} from '#shared/events/service-config.ts';
import {defaultKubeClient} from '#shared/kube/in-cluster.ts';
import {type Log} from '#shared/log.ts';
import {present} from '#shared/present.ts';

/**
What noobaa-database is told in its environment: nothing beyond what every function is told.
*/
export const readConfig = (environment: NodeJS.ProcessEnv, log: Log): DatabaseDependencies & {service: ServiceConfig} => {
	const service = readServiceConfig(environment);
	return {
		service,
		log,
		kube: defaultKubeClient(),
		emitter: createEmitter({...present({sink: service.sink}), ceOverrides: service.ceOverrides}),
		localNow: () => new Date(),
	};
};
