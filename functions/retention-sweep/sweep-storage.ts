import {type SweepConfig, type SweepDependencies} from './deps.ts';
import {childName} from '#shared/api/names.ts';
import {present} from '#shared/present.ts';
import {cloudSettings} from '#shared/runs/cloud-settings.ts';
import {storeLocation} from '#shared/runs/location.ts';
import {findStorageAccount} from '#shared/runs/storage-account.ts';
import {readAuthorities, readCredentials} from '#shared/runs/store-secrets.ts';
import {type CloudBlock, type Neo4jBackup} from '#shared/runs/status.ts';
import {type StoreCredentials, type StoreLocation} from '#shared/stores/store.ts';

export type SweepStorage = {
	readonly location: StoreLocation;
	/** With a Secret the function sweeps by itself; without one only a Job under the CR's account can. */
	readonly secret?: {readonly name: string; readonly credentials: StoreCredentials};
	/** Authorities that sign the store's certificate, by the Secret that names them. */
	readonly authorities?: {readonly secretName: string; readonly text: string};
	/** The claim that holds the directory. */
	readonly claimName?: string;
	readonly serviceAccountName: string;
};

/** What is needed to find it; the rest of the function's dependencies is not. */
type Dependencies = Pick<SweepDependencies, 'kube'> & {readonly config: Pick<SweepConfig, 'region' | 'storageAccount' | 'endpoints'>};

/**
Where a CR's directory lies and who may delete there: `retention.cloud` where it is given, so that the account which writes needs no right to delete (decision D82), else the account of the storage. Throws a ConfigurationError that names what is missing.
*/
export const findSweepStorage = async (dependencies: Dependencies, backup: Neo4jBackup): Promise<SweepStorage> => {
	const {kube, config} = dependencies;
	const {spec, metadata: {name}} = backup;
	const settings = sweepSettings(backup);
	const serviceAccountName = await serviceAccount(dependencies, backup, settings);
	if (spec.storage.type === 'pvc') {
		return {location: storeLocation(spec), claimName: spec.storage.pvc?.name ?? childName(name, 'backup-storage'), serviceAccountName};
	}

	const {namespace} = backup.metadata;
	const {credentialsSecretRef, caBundleSecretRef} = settings;
	const secret = credentialsSecretRef ? {name: credentialsSecretRef, credentials: await readCredentials(kube, {namespace: namespace!, name: credentialsSecretRef, field: fieldOf(backup, 'credentialsSecretRef')})} : undefined;
	const authorities = caBundleSecretRef ? {secretName: caBundleSecretRef, text: await readAuthorities(kube, {namespace: namespace!, name: caBundleSecretRef, field: fieldOf(backup, 'caBundleSecretRef')})} : undefined;
	const account = spec.storage.type === 'azure'
		? await findStorageAccount(kube, {
			given: settings.storageAccount ?? secret?.credentials['AZURE_STORAGE_ACCOUNT'], serviceAccount: {namespace: namespace!, name: serviceAccountName}, fallback: config.storageAccount,
		})
		: undefined;
	const region = secret?.credentials['AWS_REGION'] ?? secret?.credentials['AWS_DEFAULT_REGION'] ?? config.region;
	return {
		location: storeLocation({storage: {...spec.storage, cloud: settings}}, present({account, region, endpoints: config.endpoints})),
		serviceAccountName,
		...present({secret, authorities}),
	};
};

/** Endpoint and account name are those of the storage unless `retention.cloud` has its own; Secret and identity are its own alone. */
const sweepSettings = ({spec}: Neo4jBackup): CloudBlock => {
	const own = spec.retention?.cloud;
	if (!own) {
		return cloudSettings(spec);
	}

	const {credentialsSecretRef: _secret, identity: _identity, ...place} = cloudSettings(spec);
	return {...place, ...own};
};

/** Where the name of a Secret is from. */
const fieldOf = ({spec: {retention}}: Neo4jBackup, field: 'credentialsSecretRef' | 'caBundleSecretRef'): string => `spec.${retention?.cloud?.[field] ? 'retention' : 'storage'}.cloud.${field}`;

const serviceAccount = async ({kube}: Dependencies, {metadata: {namespace}}: Neo4jBackup, {identity}: CloudBlock): Promise<string> => {
	if (identity?.serviceAccount) {
		return identity.serviceAccount;
	}

	const found = await kube.get({
		apiVersion: 'v1', kind: 'ServiceAccount', namespace: namespace!, name: 'neo4j-backup-sa',
	});
	return found ? 'neo4j-backup-sa' : 'default';
};
