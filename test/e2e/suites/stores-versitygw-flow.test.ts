import {Readable} from 'node:stream';
import {ListObjectsV2Command, ListObjectVersionsCommand} from '@aws-sdk/client-s3';
import test from 'ava';
import {runExample} from '../stores/example.ts';
import {startVersitygw, type Versitygw} from '../stores/versitygw.ts';
import {s3Flow} from '#test/functions/stores/clients.ts';
import {assertCommandLine, runFlow} from '#test/functions/stores/flow.ts';
import {claimDirectory} from '#shared/catalogue/owner.ts';
import {writeManifest} from '#shared/catalogue/write.ts';
import {openStore} from '#shared/stores/open.ts';
import {postByHand} from '#test/functions/collected-events.ts';
import {startScenario} from '#test/functions/scenario.ts';
import {artifact, manifest, start} from '#test/shared/catalogue/history.ts';

let versitygw: Versitygw;

test.before(async () => {
	versitygw = await startVersitygw({buckets: [{name: 'plain', kind: 'plain'}, {name: 'neo4j-backups', kind: 'plain'}, {name: 'versioned', kind: 'versioned'}]});
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

test.serial('[X-082] in a versioned bucket a sweep says that it only hides what expires; with versions Delete the versions go, and no other key\'s', async t => {
	const store = s3Flow(versitygw.client, {endpoint: versitygw.url, bucket: 'versioned', secret: versitygw.credentials});
	const scenario = await startScenario(t, {start: new Date().toISOString(), graceMs: 1, runJobs: false});
	const {apply, backup, clock, runtime} = scenario;
	const cluster = await runtime.kube.get({apiVersion: 'v1', kind: 'Namespace', name: 'kube-system'});
	await apply({
		apiVersion: 'v1', kind: 'Secret', metadata: {name: 'bucket-credentials'}, stringData: store.secret,
	});
	const today = (clock.now().getTime() - start) / 86_400_000;
	const [oldest, middle, newest] = [3, 2, 1].map(days => artifact(today - days));
	for (const [name, versions] of [['hides', 'Keep'], ['removes', 'Delete']] as const) {
		const directory = await openStore({
			type: 's3', bucket: 'versioned', path: name, endpointURL: versitygw.url, forcePathStyle: true,
		}, versitygw.credentials);
		t.teardown(directory.close);
		const owner = {cluster: cluster!.metadata.uid!, namespace: 'neo4j', name};
		await claimDirectory(directory, owner);
		await store.put(`${name}/${oldest!.name}.txt`);
		for (const [index, one] of [oldest!, middle!, newest!].entries()) {
			await directory.upload(one.name, Readable.from(['x'.repeat(one.size)]), one.size);
			await writeManifest(directory, manifest(today - 3 + index, [one], {owner}));
		}

		await apply({
			apiVersion: 'neo4j.neo4j.com/v1alpha1',
			kind: 'Neo4jBackup',
			metadata: {name},
			spec: {
				target: {kind: 'Cluster', name: 'production-cluster'}, storage: {...store.storage, path: name}, suspend: true, retention: {maxCount: 1, versions},
			},
		});
		for (let sweep = 0; sweep < 2; sweep++) {
			await postByHand(scenario, {type: 'com.neo4j.reconcile.requested.v1', name, handler: 'retention-sweep'});
			clock.advance(1000);
		}
	}

	const look = async (name: string) => {
		const {Versions: kept = [], DeleteMarkers: markers = []} = await versitygw.client.send(new ListObjectVersionsCommand({Bucket: 'versioned', Prefix: `${name}/neo4j-`}));
		const {status} = await backup(name);
		const names = (entries: ReadonlyArray<{readonly Key?: string | undefined}>) => entries.map(({Key}) => Key!.slice(name.length + 1)).toSorted();
		const said = status?.conditions?.find(({type}) => type === 'RetentionEnforced');
		return {
			said, kept: names(kept), markers: names(markers), expired: status?.retention?.expired,
		};
	};

	const stranger = `${oldest!.name}.txt`;
	const hidden = await look('hides');
	t.deepEqual(hidden.markers, [oldest!.name, middle!.name]);
	t.deepEqual(hidden.kept, [oldest!.name, stranger, middle!.name, newest!.name]);
	t.is(hidden.expired, 2);
	t.like(hidden.said, {status: 'True', reason: 'Swept'});
	t.regex(hidden.said!.message, /^Deleted 2 artifacts .*The bucket keeps versions: the deletion only hid them, and their bytes remain.*retention\.versions: Delete/v);

	const removed = await look('removes');
	t.deepEqual(removed.markers, []);
	t.deepEqual(removed.kept, [stranger, newest!.name]);
	t.is(removed.expired, 2);
	t.like(removed.said, {status: 'True', reason: 'Swept'});
	t.notRegex(removed.said!.message, /hid/v);
});
