import test from 'ava';
import {startAzurite, type Azurite} from '../stores/azurite.ts';
import {runExample} from '../stores/example.ts';
import {azureFlow} from '#test/functions/stores/clients.ts';
import {assertCommandLine, runFlow, type FlowStore} from '#test/functions/stores/flow.ts';

let azurite: Azurite;

test.before(async () => {
	azurite = await startAzurite({containers: ['backups', 'neo4j-backups']});
});

test.after.always(async () => {
	await azurite.stop();
});

const flowOf = (container: string): FlowStore => azureFlow(azurite.client, {
	endpoint: azurite.url, account: azurite.account, key: azurite.credentials.AZURE_STORAGE_KEY, container,
});

test.serial('with an account key full backups fill one directory of a container, and the oldest expires', async t => {
	const store = flowOf('backups');
	assertCommandLine(t, await runFlow(t, store), store);
});

test.serial('[B-078] the Secret that the guide\'s command makes for Azure works as it is', async t => {
	const {AZURE_STORAGE_ACCOUNT: account, AZURE_STORAGE_KEY: key} = azurite.credentials;
	const status = await runExample(t, {
		file: 'daily-azure-backup-static.yaml',
		command: `kubectl create secret generic azure-backup-credentials --from-literal=AZURE_STORAGE_ACCOUNT=${account} --from-literal=AZURE_STORAGE_KEY=${key}`,
		endpointURL: azurite.url,
	});
	t.like(status?.history?.[0], {status: 'Succeeded'});
	const keys = await flowOf('neo4j-backups').keys();
	t.is(keys.filter(name => name.startsWith('daily/neo4j-')).length, 1);
});
