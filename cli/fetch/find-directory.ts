import {backupFromFile} from '../plan/backup-file.ts';
import {findBackup} from '../find-backup.ts';
import {findSweepStorage} from '../../functions/retention-sweep/sweep-storage.ts';
import {podCredentials} from '../../jobs/pod.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {KubeError} from '#shared/kube/kube-error.ts';
import {readSecret} from '#shared/kube/secret.ts';
import {present} from '#shared/present.ts';
import {type GivenKey} from '#shared/restore/decryption-key.ts';
import {claimName} from '#shared/runs/claim-name.ts';
import {cloudSettings} from '#shared/runs/cloud-settings.ts';
import {readEndpoints, storeLocation} from '#shared/runs/location.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {type StoreCredentials, type StoreLocation} from '#shared/stores/store.ts';

/**
Where the backups of a Neo4jBackup lie and what reads them there.
*/
export type BackupDirectory = {
	readonly location: StoreLocation;
	readonly credentials: StoreCredentials;
	readonly secretName?: string;
	readonly authorities?: string;
	/** The key of the CR's own Secret, where this user may read it. */
	readonly key?: GivenKey;
};

type Named = {readonly namespace: string; readonly name: string};

/**
Finds it as a sweep does: by the object, its Secrets and its account. A claim is readable here only where it is `mounted`. Throws a ConfigurationError for what cannot be read from here.
*/
export const directoryOfObject = async (kube: KubeClient, {namespace, name}: Named, mounted: string | undefined): Promise<BackupDirectory> => {
	const backup = await findBackup(kube, {namespace, name}, 'name another with --namespace, or give its manifest with -f');

	const {location, secret, authorities} = await findSweepStorage({kube, config: {}}, backup);
	return {
		location: located(location, backup, mounted),
		credentials: secret?.credentials ?? {},
		...present({secretName: secret?.name, authorities: authorities?.text, key: await keyOf(kube, backup)}),
	};
};

/**
Finds it by a manifest alone, without any cluster: the credentials are those of the environment, under the names that the keys of the Secret have.
*/
export const directoryOfManifest = (file: string, text: string, {environment, mounted}: {readonly environment: NodeJS.ProcessEnv; readonly mounted: string | undefined}): BackupDirectory => {
	const backup = backupFromFile(file, text);
	const {spec} = backup;
	const credentials = podCredentials(environment);
	const account = cloudSettings(spec).storageAccount ?? environment['AZURE_STORAGE_ACCOUNT'];
	if (spec.storage.type === 'azure' && !account) {
		throw new ConfigurationError('spec.storage.cloud.storageAccount: no Azure storage account is known; set it, or AZURE_STORAGE_ACCOUNT in the environment');
	}

	const location = storeLocation(spec, present({
		account: spec.storage.type === 'azure' ? account : undefined,
		region: environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'],
		endpoints: readEndpoints(environment),
	}));
	return {location: located(location, backup, mounted), credentials, secretName: 'that the environment stands for'};
};

const located = (location: StoreLocation, backup: Neo4jBackup, mounted: string | undefined): StoreLocation => {
	if (location.type !== 'pvc') {
		if (mounted !== undefined) {
			throw new ConfigurationError(`--mounted: it is for backups on a claim; spec.storage.type is ${location.type}`);
		}

		return location;
	}

	if (mounted === undefined) {
		throw new ConfigurationError(claimText(backup, location.path));
	}

	return {...location, root: mounted};
};

const claimText = (backup: Neo4jBackup, path: string): string => {
	const artifacts = backup.status?.history?.find(({status}) => status === 'Succeeded')?.artifacts ?? [];
	const files = artifacts.map(({name}) => `\n  ${path === '' ? '' : `${path}/`}${name}`).join('');
	return `spec.storage: the backups lie on claim ${claimName(backup)}, which only a Pod can read. Mount the claim into the Pod that restores, and neo4j-admin reads them there (docs/restore.md); or, where it is mounted on this machine, name that folder with --mounted.${files === '' ? '' : `\nThe newest run wrote:${files}`}`;
};

const keyOf = async (kube: KubeClient, {metadata: {namespace}, spec: {options}}: Neo4jBackup): Promise<GivenKey | undefined> => {
	const {keySecret, keySecretKey = 'key'} = options?.encryption ?? {};
	if (!keySecret) {
		return undefined;
	}

	try {
		const values = await readSecret(kube, {namespace: namespace!, name: keySecret});
		const material = values?.[keySecretKey];
		return material && {material, source: `The key ${keySecretKey} of Secret ${keySecret}`};
	} catch (error) {
		// Who may not read it gives the key by hand, if it is needed at all.
		if (error instanceof KubeError) {
			return undefined;
		}

		throw error;
	}
};
