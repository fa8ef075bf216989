import {Buffer} from 'node:buffer';
import {type SweepConfig, type SweepDependencies} from './deps.ts';
import {annotations} from '#shared/api/group.ts';
import {childName} from '#shared/api/names.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {present} from '#shared/present.ts';
import {cloudSettings} from '#shared/runs/cloud-settings.ts';
import {storeLocation} from '#shared/runs/location.ts';
import {type CloudBlock, type Neo4jBackup} from '#shared/runs/status.ts';
import {authoritiesKey, parseAuthorities} from '#shared/stores/authorities.ts';
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

type SecretObject = KubeObject & {readonly data?: Readonly<Record<string, string>>};

/**
Where a CR's directory lies and who may delete there: `retention.cloud` where it is given, so that the account which writes needs no right to delete (decision D82), else the account of the storage. Throws a ConfigurationError that names what is missing.
*/
export const findSweepStorage = async (dependencies: Dependencies, backup: Neo4jBackup): Promise<SweepStorage> => {
	const {spec, metadata: {name}} = backup;
	const settings = sweepSettings(backup);
	const serviceAccountName = await serviceAccount(dependencies, backup, settings);
	if (spec.storage.type === 'pvc') {
		return {location: storeLocation(spec), claimName: spec.storage.pvc?.name ?? childName(name, 'backup-storage'), serviceAccountName};
	}

	const secret = await readSecret(dependencies, backup, settings.credentialsSecretRef);
	const authorities = await readAuthorities(dependencies, backup, settings.caBundleSecretRef);
	const account = spec.storage.type === 'azure' ? await storageAccount(dependencies, backup, {settings, secret, serviceAccountName}) : undefined;
	const region = secret?.credentials['AWS_REGION'] ?? secret?.credentials['AWS_DEFAULT_REGION'] ?? dependencies.config.region;
	return {
		location: storeLocation({storage: {...spec.storage, cloud: settings}}, present({account, region, endpoints: dependencies.config.endpoints})),
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

const readSecret = async ({kube}: Dependencies, {metadata: {namespace}}: Neo4jBackup, name: string | undefined): Promise<SweepStorage['secret']> => {
	if (!name) {
		return undefined;
	}

	const credentials = await secretTexts(kube, {namespace: namespace!, name});
	if (!credentials) {
		throw new ConfigurationError(`Secret ${name} does not exist in namespace ${namespace}: create it, or change the credentialsSecretRef that names it`, 'CredentialsInvalid');
	}

	return {name, credentials};
};

const readAuthorities = async ({kube}: Dependencies, {metadata: {namespace}}: Neo4jBackup, secretName: string | undefined): Promise<SweepStorage['authorities']> => {
	if (!secretName) {
		return undefined;
	}

	const texts = await secretTexts(kube, {namespace: namespace!, name: secretName});
	if (!texts) {
		throw new ConfigurationError(`Secret ${secretName} does not exist in namespace ${namespace}: create it with the key ${authoritiesKey}, or change the caBundleSecretRef that names it`, 'CABundleInvalid');
	}

	const text = texts[authoritiesKey] ?? '';
	parseAuthorities(text, `The key ${authoritiesKey} of Secret ${secretName}, which caBundleSecretRef names,`);
	return {secretName, text};
};

const secretTexts = async (kube: KubeClient, {namespace, name}: {readonly namespace: string; readonly name: string}): Promise<Readonly<Record<string, string>> | undefined> => {
	const secret = await kube.get<SecretObject>({
		apiVersion: 'v1', kind: 'Secret', namespace, name,
	});
	return secret && Object.fromEntries(Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]));
};

const serviceAccount = async ({kube}: Dependencies, {metadata: {namespace}}: Neo4jBackup, {identity}: CloudBlock): Promise<string> => {
	if (identity?.serviceAccount) {
		return identity.serviceAccount;
	}

	const found = await kube.get({
		apiVersion: 'v1', kind: 'ServiceAccount', namespace: namespace!, name: 'neo4j-backup-sa',
	});
	return found ? 'neo4j-backup-sa' : 'default';
};

type AccountInput = {readonly settings: CloudBlock; readonly secret: SweepStorage['secret']; readonly serviceAccountName: string};

/** The storage account, in the order of decision D13. */
const storageAccount = async ({kube, config}: Dependencies, {metadata: {namespace}}: Neo4jBackup, {settings, secret, serviceAccountName}: AccountInput): Promise<string> => {
	const given = settings.storageAccount ?? secret?.credentials['AZURE_STORAGE_ACCOUNT'];
	const account = given
		? undefined
		: await kube.get({
			apiVersion: 'v1', kind: 'ServiceAccount', namespace: namespace!, name: serviceAccountName,
		});
	const found = given ?? account?.metadata.annotations?.[annotations.azureStorageAccount] ?? config.storageAccount;
	if (!found) {
		throw new ConfigurationError('spec.storage.cloud.storageAccount: no Azure storage account is known; set it, or name a Secret with AZURE_STORAGE_ACCOUNT', 'StorageAccountMissing');
	}

	return found;
};
