import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {type ContainerClient} from '@azure/storage-blob';
import {type ExecutionContext} from 'ava';
import {azureOverTLS} from '../shared/stores/azure-over-tls.ts';
import {type ScenarioOptions} from './scenario.ts';
import {createAccountTokens} from '#local/identity/account-tokens.ts';
import {admitByClouds} from '#local/identity/admit.ts';
import {startClouds, type Clouds} from '#local/identity/clouds.ts';
import {startAzurite} from '#local/stores/azurite.ts';
import {startGcs} from '#local/stores/gcs.ts';

const certificates = path.join(import.meta.dirname, '../shared/neo4j/certificates');

/**
The file of the authority that signed the certificates of all stand-ins.
*/
export const authority = path.join(certificates, 'ca.crt');

const tlsFiles = {cert: path.join(certificates, 'server.crt'), key: path.join(certificates, 'server.key')};

/**
What the examples are annotated with.
*/
export const [role, client, googleAccount] = ['arn:aws:iam::123456789012:role/neo4j-backup-role', '00000000-0000-0000-0000-000000000000', 'neo4j-backup@my-project.iam.gserviceaccount.com'] as const;

const backupAccount = 'system:serviceaccount:neo4j:neo4j-backup-sa';

const readTLS = async () => ({cert: await readFile(tlsFiles.cert, 'utf8'), key: await readFile(tlsFiles.key, 'utf8')});

const authorities = 'public-authorities';

/**
Lets Pods trust that authority.
*/
export const authoritiesMap = {
	apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: authorities}, data: {'ca.crt': await readFile(authority, 'utf8')},
};

/**
The address at which the stand-in of neo4j-admin finds an Azurite.
*/
export const azureEnvironment = (endpoint: string): Readonly<Record<string, string>> => ({STAND_IN_AZURE_BLOB_ENDPOINT: endpoint});

type IdentityOptions = {
	/** The clock of the clouds; the real one when absent. */
	readonly now?: () => Date;
	/** What every container gets besides. */
	readonly env?: Readonly<Record<string, string>>;
	/** False: nobody told the clouds. */
	readonly trusted?: boolean;
};

/**
Clouds that trust the account of backups with what the examples are annotated with, and Pods that know them.
*/
export const startIdentities = async (t: ExecutionContext, {now = () => new Date(), env = {}, trusted = true}: IdentityOptions = {}): Promise<{clouds: Clouds; identity: NonNullable<ScenarioOptions['identity']>}> => {
	const tokens = createAccountTokens(now);
	const clouds = await startClouds({
		tokens, now, tls: await readTLS(), trusts: trusted ? {[role]: backupAccount, [client]: backupAccount, [googleAccount]: backupAccount} : {},
	});
	t.teardown(clouds.stop);
	return {clouds, identity: {admit: admitByClouds(clouds, {authorities, env}), token: tokens.issue}};
};

/**
The blobs of the directory of the examples.
*/
export const listed = async (container: ContainerClient): Promise<readonly string[]> => {
	const keys: string[] = [];
	for await (const {name} of container.listBlobsFlat({prefix: 'daily/'})) {
		keys.push(name);
	}

	return keys;
};

/**
An Azurite with the container of the examples, which takes tokens.
*/
export const startAzure = async (t: ExecutionContext) => {
	const [name, accountKey] = ['backupaccount', 'a2V5LW9mLXRoZS1iYWNrdXAtYWNjb3VudA=='];
	const azurite = await startAzurite({account: name, key: accountKey, tls: tlsFiles});
	t.teardown(azurite.stop);
	const container = azureOverTLS(azurite.endpoint, {account: name, key: accountKey, authority: await readFile(authority, 'utf8')}).getContainerClient('neo4j-backups');
	await container.create();
	return {
		...azurite, account: name, accountKey, container,
	};
};

/**
A store of Google's kind with the bucket of the examples, over TLS.
*/
export const startGoogle = async (t: ExecutionContext, options: Partial<Parameters<typeof startGcs>[0]> = {}) => {
	const gcs = await startGcs({buckets: ['neo4j-analytics-backups'], tls: await readTLS(), ...options});
	t.teardown(gcs.stop);
	return gcs;
};

