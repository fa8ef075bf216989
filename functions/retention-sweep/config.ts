import {type SweepDependencies} from './deps.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {readDependencies, type FunctionDependencies} from '#shared/events/function-dependencies.ts';
import {readEndpoints} from '#shared/runs/location.ts';
import {type Log} from '#shared/log.ts';
import {present} from '#shared/present.ts';
import {parseDuration} from '#shared/schedule/duration.ts';

/**
What retention-sweep is told in its environment: `IMAGE` (the project's own image, for sweep Jobs), `RETENTION_GRACE` (how long what expires is marked before it goes, default `10m`), and the installation's defaults `AWS_REGION` and `AZURE_STORAGE_ACCOUNT` and of `readEndpoints`.
*/
export const readConfig = (environment: NodeJS.ProcessEnv, log: Log): SweepDependencies & FunctionDependencies => {
	const image = environment['IMAGE'];
	if (!image) {
		throw new ConfigurationError('IMAGE is not set: it must be the image of these functions, which sweep Jobs run');
	}

	return {
		...readDependencies(environment, log),
		config: {
			image,
			graceMs: graceOf(environment['RETENTION_GRACE']),
			...present({region: environment['AWS_REGION'], storageAccount: environment['AZURE_STORAGE_ACCOUNT'], endpoints: readEndpoints(environment)}),
		},
	};
};

/** An empty variable is an absent one. */
const graceOf = (text = ''): number => parseDuration(text === '' ? '10m' : text, 'RETENTION_GRACE');
