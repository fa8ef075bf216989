import {ListObjectsV2Command} from '@aws-sdk/client-s3';
import test from 'ava';
import {runExample} from '../stores/example.ts';
import {startVersitygw, type Versitygw} from '../stores/versitygw.ts';
import {s3Flow} from '#test/functions/stores/clients.ts';
import {assertCommandLine, runFlow} from '#test/functions/stores/flow.ts';

let versitygw: Versitygw;

test.before(async () => {
	versitygw = await startVersitygw({buckets: [{name: 'plain', kind: 'plain'}, {name: 'neo4j-backups', kind: 'plain'}]});
});

test.after.always(async () => {
	await versitygw.stop();
});

test.serial('full and differential backups fill one directory of a bucket, and its oldest chain expires', async t => {
	const store = s3Flow(versitygw.client, {endpoint: versitygw.url, bucket: 'plain', secret: versitygw.credentials});
	assertCommandLine(t, await runFlow(t, store), store);
});

test.serial('[B-076] the Secret that the guide\'s command makes for AWS works as it is', async t => {
	const {AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_DEFAULT_REGION: region} = versitygw.credentials;
	const status = await runExample(t, {
		file: 'daily-cluster-backup-static-creds.yaml',
		command: `kubectl create secret generic aws-backup-credentials --from-literal=AWS_ACCESS_KEY_ID=${id} --from-literal=AWS_SECRET_ACCESS_KEY=${secret} --from-literal=AWS_DEFAULT_REGION=${region}`,
		endpointURL: versitygw.url,
	});
	t.like(status?.history?.[0], {status: 'Succeeded'});
	const {Contents: contents = []} = await versitygw.client.send(new ListObjectsV2Command({Bucket: 'neo4j-backups', Prefix: 'daily/neo4j-'}));
	t.is(contents.length, 1);
});
