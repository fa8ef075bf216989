import {runFolder, type RunFolder} from './run-folder.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {openStore} from '#shared/stores/open.ts';
import {
	authoritiesVariable, keyFileVariable, readRunSpec, type RunSpec,
} from '#shared/runs/run-spec.ts';
import {type Store, type StoreCredentials} from '#shared/stores/store.ts';

/**
What a container of ours finds in its Pod.
*/
export type Pod = {
	readonly spec: RunSpec;
	readonly store: Store;
	readonly folder: RunFolder;
	readonly podName: string;
	readonly terminationLog: string;
	/** Where the copies lie that `verify` checks. */
	readonly scratch?: string;
	/** The file that holds the key, in the containers that encrypt and decrypt. */
	readonly keyFile?: string;
	/** The file with the authorities that sign the store's certificate, which this process trusts already. */
	readonly authorities?: string;
};

const credentialNames = /^(?:AWS_|GOOGLE_APPLICATION_CREDENTIALS_JSON$|AZURE_)/v;

/** What a Secret must bring for any of it to count. Without these the Pod's ambient identity is used, whatever a webhook has set beside it. */
const secretNames: ReadonlySet<string> = new Set(['AWS_SECRET_ACCESS_KEY', 'GOOGLE_APPLICATION_CREDENTIALS_JSON', 'AZURE_STORAGE_KEY', 'AZURE_CLIENT_SECRET']);

/**
The credentials that a user's Secret brought into a Pod; none for workload identity.
*/
export const podCredentials = (environment: NodeJS.ProcessEnv): StoreCredentials => {
	const found = Object.entries(environment).filter((entry): entry is [string, string] => credentialNames.test(entry[0]) && entry[1] !== undefined);
	return found.some(([name]) => secretNames.has(name)) ? Object.fromEntries(found) : {};
};

/**
Reads the environment of a container and opens the store that its run writes to.
*/
export const openPod = async (environment: NodeJS.ProcessEnv): Promise<Pod> => {
	const spec = readRunSpec(environment);
	const folder = environment['RUN_FOLDER'];
	if (!folder) {
		throw new ConfigurationError('RUN_FOLDER is not set: this command runs inside the Pod of a backup Job');
	}

	return {
		spec,
		store: await openStore(spec.location, podCredentials(environment)),
		folder: runFolder(folder),
		podName: environment['POD_NAME'] ?? 'unknown',
		terminationLog: environment['TERMINATION_LOG'] ?? '/dev/termination-log',
		...(environment['SCRATCH'] && {scratch: environment['SCRATCH']}),
		...(environment[keyFileVariable] && {keyFile: environment[keyFileVariable]}),
		...(environment[authoritiesVariable] && {authorities: environment[authoritiesVariable]}),
	};
};
