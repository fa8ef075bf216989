import test from 'ava';
import {runExample} from '../stores/example.ts';
import {startFakeGcs, type FakeGcs} from '../stores/fake-gcs.ts';
import {startGcs, type GcsServer} from '#local/stores/gcs.ts';
import {gcsFlow} from '#test/functions/stores/clients.ts';
import {assertCommandLine, runFlow, type FlowStore} from '#test/functions/stores/flow.ts';

let gcs: FakeGcs;
// The server asks for no token, Google's libraries get one all the same.
let tokens: GcsServer;

test.before(async () => {
	gcs = await startFakeGcs({buckets: [{name: 'plain'}, {name: 'versioned', versioned: true}, {name: 'neo4j-analytics-backups'}]});
	tokens = await startGcs({buckets: []});
});

test.after.always(async () => {
	await gcs.stop();
	await tokens.stop();
});

const keysOf = async (bucket: string): Promise<readonly string[]> => {
	const [files] = await gcs.client.bucket(bucket).getFiles();
	return files.map(({name}) => name).toSorted();
};

const expires = test.macro(async (t, bucket: string) => {
	const store: FlowStore = {
		...gcsFlow({endpoint: gcs.url, bucket, serviceAccount: tokens.serviceAccount}),
		keys: async () => keysOf(bucket),
		async put(key) {
			await gcs.client.bucket(bucket).file(key).save('x', {resumable: false, validation: false});
		},
	};
	assertCommandLine(t, await runFlow(t, store), store);
});

test.serial('full and differential backups fill one directory of a bucket, and its oldest chain expires', expires, 'plain');
test.serial('so they do in a bucket with versioning', expires, 'versioned');

test.serial('[B-077] the Secret that the guide\'s command makes for Google Cloud works as it is', async t => {
	const status = await runExample(t, {
		file: 'weekly-gcs-backup-static.yaml',
		command: 'kubectl create secret generic gcs-backup-credentials --from-literal=GOOGLE_APPLICATION_CREDENTIALS_JSON="$(cat service-account.json)"',
		files: {'service-account.json': `${JSON.stringify(JSON.parse(tokens.serviceAccount), undefined, 2)}\n`},
		endpointURL: gcs.url,
	});
	t.like(status?.history?.[0], {status: 'Succeeded'});
	const keys = await keysOf('neo4j-analytics-backups');
	t.is(keys.filter(key => key.startsWith('weekly/neo4j-')).length, 1);
});
