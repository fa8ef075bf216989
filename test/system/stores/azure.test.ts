import {Buffer} from 'node:buffer';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {BlobServiceClient, StorageSharedKeyCredential} from '@azure/storage-blob';
import test, {type ExecutionContext} from 'ava';
import {argumentsOf, oneShot, startDesk} from '#test/functions/launch-backup/desk.ts';
import {type Scenario} from '#test/functions/scenario.ts';
import {azureFlow} from '#test/functions/stores/clients.ts';
import {assertCommandLine, runFlow} from '#test/functions/stores/flow.ts';
import {restored, withKubeconfig} from '#test/functions/restore-fetched.ts';
import {startAzurite} from '#local/stores/azurite.ts';

const account = 'backupaccount';
const key = Buffer.from('a key that nobody must ever see in a message').toString('base64');

/** An account with one empty container, and what a user's manifests and the vendor's client say of it. */
const startContainer = async (t: ExecutionContext) => {
	const azurite = await startAzurite({account, key});
	t.teardown(azurite.stop);
	const client = new BlobServiceClient(azurite.endpoint, new StorageSharedKeyCredential(account, key));
	await client.createContainer('neo4j-backups');
	const store = azureFlow(client, {
		endpoint: new URL(azurite.endpoint).origin, account, key, container: 'neo4j-backups',
	});
	return {store, client};
};

test('[B-052] with an account key full backups of one database fill one directory of an Azure container', async t => {
	const {store} = await startContainer(t);
	assertCommandLine(t, await runFlow(t, store, 2), store);
});

test('with an account key, too, a lost catalogue is rebuilt from the artifacts, which are read in the Pod', async t => {
	const {store, client} = await startContainer(t);
	const {scenario, directory} = await runFlow(t, store, 2);
	const container = client.getContainerClient('neo4j-backups');
	const keys = async () => {
		const all = await store.keys();
		return all.filter(found => found.startsWith(directory));
	};

	const catalogue = `${directory}.neo4j-backup/`;
	for (const found of await keys()) {
		if (found.startsWith(catalogue)) {
			await container.deleteBlob(found);
		}
	}

	const before = await keys();
	t.is(before.length, 2);
	await scenario.minutes(1);
	const {status} = await scenario.backup('daily');
	t.like(status?.history?.[0], {status: 'Succeeded', backupType: 'FULL'});
	t.regex(status!.message!, /the catalogue was lost and is rebuilt from the headers of 2 artifacts/v);
	t.is(status?.storage?.restorePoints, 3);
	const after = await keys();
	t.true(before.every(found => after.includes(found)));
});

test('[B-073] account and key alone are enough for backups, a sweep that deletes, and a restore, with the cluster and without it', async t => {
	const {store} = await startContainer(t);
	t.deepEqual(Object.keys(store.secret), ['AZURE_STORAGE_ACCOUNT', 'AZURE_STORAGE_KEY']);
	const {scenario, seen} = await runFlow(t, store);
	t.false(seen.at(-1)!.includes(seen[0]!.find(name => name.endsWith('.backup'))!), 'the sweep deleted the first');
	const {folder, words} = await withKubeconfig(t, scenario);
	const environment = {AZURE_STORAGE_ACCOUNT: account, AZURE_STORAGE_KEY: key};
	const manifest = await manifestFile(scenario, folder);
	for (const [into, command, surroundings] of [['with', ['fetch', 'daily', ...words], {}], ['without', ['fetch', '-f', manifest], {environment}]] as const) {
		await restored(t, scenario, [...command, '--into', path.join(folder, into)], {...surroundings, unsaved: 5});
	}
});

/** What a user has in a repository. */
const manifestFile = async (scenario: Scenario, folder: string): Promise<string> => {
	const {apiVersion, kind, metadata: {name, namespace}, spec} = await scenario.backup('daily');
	const file = path.join(folder, 'backup.json');
	await writeFile(file, JSON.stringify({
		apiVersion, kind, metadata: {name, namespace}, spec,
	}));
	return file;
};

test('[B-074] the account of the Secret is the account of the address that neo4j-admin is given', async t => {
	const {apply, jobOf} = await startDesk(t);
	const stringData = {
		AZURE_STORAGE_ACCOUNT: 'myaccount', AZURE_CLIENT_ID: 'app', AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_SECRET: 'secret',
	};
	await apply({
		apiVersion: 'v1', kind: 'Secret', metadata: {name: 'azure-backup-credentials'}, stringData,
	}, oneShot('daily', {
		storage: {
			type: 'azure', bucket: 'neo4j-backups', path: 'daily/', cloud: {provider: 'azure', credentialsSecretRef: 'azure-backup-credentials'},
		},
	}));
	t.true(argumentsOf(await jobOf('daily')).includes('--to-path=azb://myaccount/neo4j-backups/daily/'));
});
