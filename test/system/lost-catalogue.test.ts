import {identityToRecipient} from 'age-encryption';
import test, {type ExecutionContext} from 'ava';
import {
	backupManifest, bucket, credentials, startScenario, type Scenario,
} from '#test/functions/scenario.ts';
import {buildChains} from '#shared/catalogue/chains.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {openStore} from '#shared/stores/open.ts';

const name = 'daily';

const openDirectory = async (t: ExecutionContext, {s3}: Scenario) => {
	const store = await openStore({
		type: 's3', bucket, path: 'daily/', endpointURL: s3.endpoint, forcePathStyle: true, region: 'us-east-1',
	}, {AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey});
	t.teardown(async () => store.close());
	return store;
};

test('[X-060] a catalogue that was deleted is rebuilt from the artifacts by the next run; until then nothing is deleted, and then the policy counts them again', async t => {
	const scenario = await startScenario(t, {databases: ['mydb'], graceMs: 1});
	const {apply, backup, edit, minutes, s3, dbms, clock} = scenario;
	const store = await openDirectory(t, scenario);
	const keys = () => s3.objects(bucket, 'daily/').map(({key}) => key.slice('daily/'.length));
	const artifacts = () => keys().filter(key => /^mydb-.*\.backup$/v.test(key));
	const again = async (token: string) => {
		dbms.write('mydb', 5);
		await minutes(1);
		await edit(name, {metadata: {annotations: {'neo4j.com/run-now': token}}});
		const {status} = await backup(name);
		return status!;
	};

	await apply(backupManifest(s3, {target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'}, retention: {maxCount: 2}}, name));
	await again('diff');
	const before = await readCatalogue(store);
	const strangers = ['other-2020-01-01T00-00-00.backup', 'readme.txt'];
	for (const key of strangers) {
		await s3.put(bucket, `daily/${key}`, 'x');
	}

	await store.delete(keys().filter(key => key.startsWith('.neo4j-backup/')));
	clock.advance(24 * 60 * 60_000);
	await minutes(2);
	const {status: lost} = await backup(name);
	t.like(lost?.conditions?.find(({type}) => type === 'RetentionEnforced'), {status: 'False', reason: 'NoCatalogue'});
	t.deepEqual(artifacts().toSorted(), before.artifacts.map(artifact => artifact.name).toSorted());

	const rebuilt = await again('rebuilds');
	t.like(rebuilt, {nextBackupType: 'FULL'});
	t.like(rebuilt.history?.[0], {status: 'Succeeded', backupType: 'AUTO', artifactCount: 1});
	const after = await readCatalogue(store);
	const facts = ({artifacts}: typeof after) => buildChains(artifacts).map(({members}) => members.map(({name, size, time, full, lowestTx, highestTx, databaseID, isRestorable}) => ({
		name, size, time, full, lowestTx, highestTx, databaseID, isRestorable,
	})));
	const chains = facts(after);
	t.deepEqual(chains.map(chain => chain.length), [3]);
	t.deepEqual([chains[0]!.slice(0, 2)], facts(before));
	t.deepEqual(after.openAttempts, []);

	const old = artifacts();
	const full = await again('begins a chain');
	t.is(full.history?.[0]?.backupType, 'FULL');
	await again('goes on with it');
	await minutes(3);
	t.deepEqual(artifacts().filter(artifact => old.includes(artifact)), [], 'the rebuilt chains expired as a whole');
	t.is(artifacts().length, 2);
	t.true(strangers.every(key => keys().includes(key)));
});

const identity = 'AGE-SECRET-KEY-1ALD8SER6QH8D0W8NERWL7QLKKKGJ2P6MYNQYP5JJXYN27QH3EL6QA66WYZ';

/** Two runs of an encrypted directory, whose catalogue is then deleted, and a third. */
const loseEncrypted = async (t: ExecutionContext, algorithm: 'AES256' | 'ChaCha20', key: string) => {
	const scenario = await startScenario(t, {databases: ['mydb'], graceMs: 1});
	const {apply, backup, edit, minutes, s3} = scenario;
	const store = await openDirectory(t, scenario);
	const again = async (token: string) => {
		await minutes(1);
		await edit(name, {metadata: {annotations: {'neo4j.com/run-now': token}}});
		const {status} = await backup(name);
		return status;
	};

	await apply({
		apiVersion: 'v1', kind: 'Secret', metadata: {name: 'backup-encryption-key'}, stringData: {key},
	}, backupManifest(s3, {
		target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'}, retention: {maxCount: 2}, options: {encryption: {enabled: true, keySecret: 'backup-encryption-key', algorithm}},
	}, name));
	await again('second');
	const before = await readCatalogue(store);
	const keys = s3.objects(bucket, 'daily/').map(({key}) => key.slice('daily/'.length));
	await store.delete(keys.filter(key => key.startsWith('.neo4j-backup/')));
	const run = await again('rebuilds');
	const artifacts = () => s3.objects(bucket, 'daily/').map(({key}) => key.slice('daily/'.length)).filter(key => !key.startsWith('.'));
	return {
		scenario, before, run, artifacts, after: await readCatalogue(store),
	};
};

for (const [algorithm, key] of [['AES256', '0123456789abcdef0123456789abcdef'], ['ChaCha20', identity]] as const) {
	test(`${algorithm}: encrypted artifacts of a lost catalogue are decrypted in the Pod to be read, and the policy counts them again`, async t => {
		const {scenario, before, run, after, artifacts} = await loseEncrypted(t, algorithm, key);
		t.is(run?.history?.[0]?.status, 'Succeeded');
		t.regex(run!.message!, /the catalogue was lost and is rebuilt from the headers of 2 artifacts/v);
		t.is(before.artifacts.length, 2);
		const facts = ({artifacts}: typeof after) => artifacts.map(({name, size, full, lowestTx, highestTx, databaseID, encryption}) => ({
			name, size, full, lowestTx, highestTx, databaseID, encryption,
		}));
		t.deepEqual(facts(after).slice(0, 2), facts(before));
		t.deepEqual(after.openAttempts, []);
		t.true(artifacts().every(artifact => !artifact.endsWith('.backup')), 'nothing came into the bucket in the clear');
		await scenario.minutes(3);
		t.deepEqual(artifacts(), after.artifacts.slice(1).map(({name}) => name), 'the oldest of three expired');
	});
}

test('encrypted artifacts that the key of the cluster cannot open stay unknown and are kept, and the run says why', async t => {
	const {scenario, before, run, artifacts} = await loseEncrypted(t, 'ChaCha20', await identityToRecipient(identity));
	t.is(run?.history?.[0]?.status, 'Succeeded');
	t.regex(run!.message!, /2 encrypted artifacts of the lost catalogue stay unknown, which keeps backups of their databases from being deleted: The key key of Secret backup-encryption-key holds only age recipients/v);
	await scenario.minutes(3);
	t.true(before.artifacts.every(({name}) => artifacts().includes(name)));
});
