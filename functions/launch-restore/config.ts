import {ConfigurationError} from '#shared/errors.ts';
import {createEmitter} from '#shared/events/emit.ts';
import {readServiceConfig, type ServiceConfig} from '#shared/events/service-config.ts';
import {defaultKubeClient} from '#shared/kube/in-cluster.ts';
import {type Log} from '#shared/log.ts';
import {present} from '#shared/present.ts';
import {type RestoreDependencies} from '#shared/restore/deps.ts';
import {readEndpoints} from '#shared/runs/location.ts';

/**
What launch-restore is told in its environment: `IMAGE` (the project's own image, for the helper containers), and the installation's defaults `AWS_REGION` and `AZURE_STORAGE_ACCOUNT` and of `readEndpoints`.
*/
export const readConfig = (environment: NodeJS.ProcessEnv, log: Log): RestoreDependencies & {service: ServiceConfig} => {
	const service = readServiceConfig(environment);
	const image = environment['IMAGE'];
	if (!image) {
		throw new ConfigurationError('IMAGE is not set: it must be the image of these functions, which restore Jobs run helper containers of');
	}

	return {
		service,
		kube: defaultKubeClient(),
		emitter: createEmitter({...present({sink: service.sink}), ceOverrides: service.ceOverrides}),
		config: {image, ...present({region: environment['AWS_REGION'], storageAccount: environment['AZURE_STORAGE_ACCOUNT'], endpoints: readEndpoints(environment)})},
		log,
		localNow: () => new Date(),
	};
};
