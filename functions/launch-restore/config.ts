import {ConfigurationError} from '#shared/errors.ts';
import {readDependencies, type FunctionDependencies} from '#shared/events/function-dependencies.ts';
import {type Log} from '#shared/log.ts';
import {present} from '#shared/present.ts';
import {type RestoreDependencies} from '#shared/restore/deps.ts';
import {readEndpoints} from '#shared/runs/location.ts';

/**
What launch-restore is told in its environment: `IMAGE` (the project's own image, for the helper containers), and the installation's defaults `AWS_REGION` and `AZURE_STORAGE_ACCOUNT` and of `readEndpoints`.
*/
export const readConfig = (environment: NodeJS.ProcessEnv, log: Log): RestoreDependencies & FunctionDependencies => {
	const image = environment['IMAGE'];
	if (!image) {
		throw new ConfigurationError('IMAGE is not set: it must be the image of these functions, which restore Jobs run helper containers of');
	}

	return {
		...readDependencies(environment, log),
		config: {image, ...present({region: environment['AWS_REGION'], storageAccount: environment['AZURE_STORAGE_ACCOUNT'], endpoints: readEndpoints(environment)})},
	};
};
