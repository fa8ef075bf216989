import {runFolder, type RunFolder} from './run-folder.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {openStore} from '#shared/stores/open.ts';
import {readRunSpec, type RunSpec} from '#shared/runs/run-spec.ts';
import {type Store} from '#shared/stores/store.ts';

/**
What a container of ours finds in its Pod.
*/
export type Pod = {
	readonly spec: RunSpec;
	readonly store: Store;
	readonly folder: RunFolder;
	readonly podName: string;
	readonly terminationLog: string;
};

const credentialNames = /^(?:AWS_|GOOGLE_APPLICATION_CREDENTIALS_JSON$|AZURE_)/v;

/**
Reads the environment of a container and opens the store that its run writes to.
*/
export const openPod = async (environment: NodeJS.ProcessEnv): Promise<Pod> => {
	const spec = readRunSpec(environment);
	const credentials = Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => credentialNames.test(entry[0]) && entry[1] !== undefined));
	const folder = environment['RUN_FOLDER'];
	if (!folder) {
		throw new ConfigurationError('RUN_FOLDER is not set: this command runs inside the Pod of a backup Job');
	}

	return {
		spec,
		store: await openStore(spec.location, credentials),
		folder: runFolder(folder),
		podName: environment['POD_NAME'] ?? 'unknown',
		terminationLog: environment['TERMINATION_LOG'] ?? '/dev/termination-log',
	};
};
