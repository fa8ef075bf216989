import {Buffer} from 'node:buffer';
import {Writable} from 'node:stream';
import test from 'ava';
import {pino} from 'pino';
import {everyObject} from '#test/functions/every-object.ts';
import {backupManifest, credentials, startScenario} from '#test/functions/scenario.ts';
import {type KubeObject} from '#shared/kube/object.ts';

type Pod = KubeObject & {readonly spec: {readonly initContainers: ReadonlyArray<{readonly name: string}>; readonly containers: ReadonlyArray<{readonly name: string}>}};

test('[B-067] the values of the Secret reach the Pod by reference, and stand in no object, log or event, whether a run succeeds or fails', async t => {
	let faults = {};
	const written: string[] = [];
	const log = pino({level: 'trace'}, new Writable({
		write(chunk: Uint8Array, _encoding, done) {
			written.push(new TextDecoder().decode(chunk));
			done();
		},
	}));
	const scenario = await startScenario(t, {databases: ['mydb'], log, neo4jEnvironment: () => ({STAND_IN_FAULTS: JSON.stringify(faults)})});
	const {apply, backup, clock, edit, runtime: {api, eventing, kube, settled}, s3} = scenario;
	const name = 'daily-cluster-backup';
	const texts: string[] = [];
	const logs: string[] = [];
	// Jobs of earlier runs go, and their logs with them.
	const look = async () => {
		const all = await everyObject(async path => {
			const answer = await fetch(api.url + path);
			return answer.json();
		});
		const objects = all.filter(({kind}) => kind !== 'Secret');
		texts.push(...objects.map(object => JSON.stringify(object)));
		for (const job of objects.filter(({kind}) => kind === 'Job')) {
			t.regex(JSON.stringify(job), /"secretKeyRef":\{[^\}]*"AWS_SECRET_ACCESS_KEY"/v);
		}

		for (const {metadata, spec} of objects.filter(({kind}) => kind === 'Pod') as unknown as readonly Pod[]) {
			for (const container of [...spec.initContainers, ...spec.containers]) {
				const response = await fetch(`${api.url}/api/v1/namespaces/neo4j/pods/${metadata.name}/log?container=${container.name}`);
				logs.push(await response.text());
			}
		}
	};

	await apply(backupManifest(s3, {target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'}, retention: {maxCount: 1}}));
	const good = await backup(name);
	t.is(good.status?.phase, 'Completed');
	await look();
	faults = {fail: ['mydb']};
	clock.advance(60_000);
	await edit(name, {metadata: {annotations: {'neo4j.com/run-now': 'failing'}}});
	await look();
	// The store refuses what is in the Secret now, and says so in its own words.
	clock.advance(60_000);
	const wrong = 'not-the-key-of-this-account';
	await kube.patch({
		apiVersion: 'v1', kind: 'Secret', namespace: 'neo4j', name: 'aws-backup-credentials',
	}, {stringData: {AWS_SECRET_ACCESS_KEY: wrong}});
	await edit(name, {metadata: {annotations: {'neo4j.com/run-now': 'refused'}}});
	await settled();
	await look();
	const {status} = await backup(name);
	t.deepEqual(status?.history?.map(run => run.status), ['Failed', 'Failed', 'Succeeded']);

	t.regex(logs.join(''), /stand-in for neo4j-admin/v);
	t.regex(logs.join(''), /"reason":"CredentialsInvalid"/v);
	t.true(written.some(line => line.includes('launch-backup')));
	const told = eventing.events().map(({event}) => JSON.stringify(event.attributes) + new TextDecoder().decode(event.data));
	texts.push(...logs, ...written, ...told);
	for (const value of [credentials.secretAccessKey, credentials.accessKeyId, wrong]) {
		for (const form of [value, Buffer.from(value).toString('base64'), encodeURIComponent(value)]) {
			t.deepEqual(texts.filter(text => text.includes(form)), []);
		}
	}
});
