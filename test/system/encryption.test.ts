import {Buffer} from 'node:buffer';
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import {buildDecrypt} from '@aws-crypto/decrypt-node';
import {RawAesKeyringNode, RawAesWrappingSuiteIdentifier} from '@aws-crypto/raw-aes-keyring-node';
import {Decrypter} from 'age-encryption';
import test from 'ava';
import {
	backupManifest, bucket, credentials, startScenario, type Scenario,
} from '#test/functions/scenario.ts';
import {decodeHeader} from '#local/neo4j/admin/artifact.ts';
import {type Manifest} from '#shared/kube/object.ts';

const identity = 'AGE-SECRET-KEY-1ALD8SER6QH8D0W8NERWL7QLKKKGJ2P6MYNQYP5JJXYN27QH3EL6QA66WYZ';
const aesKey = Buffer.from('00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef', 'hex');
const keys = {AES256: aesKey.toString('base64'), ChaCha20: identity} as const;
const suffixes = {AES256: '.aws-esdk', ChaCha20: '.age'} as const;

type Algorithm = keyof typeof keys;

const keySecret = (algorithm: Algorithm): Manifest => ({
	apiVersion: 'v1', kind: 'Secret', metadata: {name: 'backup-encryption-key'}, stringData: {key: keys[algorithm]},
});

const encryption = (algorithm: Algorithm) => ({enabled: true, keySecret: 'backup-encryption-key', algorithm});

/** What somebody does who has the key and a published library, and nothing of this project. */
const openers: Readonly<Record<Algorithm, (bytes: Uint8Array) => Promise<Uint8Array>>> = {
	async AES256(bytes) {
		const keyring = new RawAesKeyringNode({
			keyNamespace: 'neo4j-backup', keyName: 'key', unencryptedMasterKey: Uint8Array.from(aesKey), wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
		});
		return buffer(Readable.from([bytes]).pipe(buildDecrypt().decryptUnsignedMessageStream(keyring)));
	},
	async ChaCha20(bytes) {
		const decrypter = new Decrypter();
		decrypter.addIdentity(identity);
		return decrypter.decrypt(bytes);
	},
};

const open = async (algorithm: Algorithm, file: string): Promise<Uint8Array> => openers[algorithm](await readFile(file));

/** The header of an artifact in the clear; undefined for anything else. */
const headerOf = (bytes: Uint8Array) => decodeHeader(bytes.subarray(0, 16 * 1024), bytes.length)?.header;

const objectsIn = ({s3}: Scenario) => s3.objects(bucket, 'daily/').map(({key, size, file}) => ({name: key.slice('daily/'.length), size, file}));

const artifactsIn = (scenario: Scenario) => objectsIn(scenario).filter(({name}) => !name.startsWith('.neo4j-backup/'));

const artifactsOfAll = ['mydb', 'neo4j', 'system'];

for (const algorithm of ['AES256', 'ChaCha20'] as const) {
	test(`[B-128] ${algorithm}: nothing reaches the bucket in the clear, a published library and the key open what does, and the run is told like any other`, async t => {
		const written = new Set<string>();
		const scenario = await startScenario(t, {
			onStore({operation, key}) {
				if (!/^(?:Get|Head|List)/v.test(operation)) {
					written.add(key.slice('daily/'.length));
				}
			},
		});
		await scenario.apply(keySecret(algorithm), backupManifest(scenario.s3, {options: {encryption: encryption(algorithm)}}));
		const artifacts = artifactsIn(scenario);
		t.deepEqual(artifacts.map(({name}) => name.replace(/-2026.*\.backup/v, '')), artifactsOfAll.map(name => name + suffixes[algorithm]));
		t.deepEqual([...written].filter(key => key.endsWith('.backup')), [], 'not for a moment either');
		for (const {name, file} of artifacts) {
			t.is(headerOf(await readFile(file)), undefined);
			const header = headerOf(await open(algorithm, file));
			t.like(header, {database: name.replace(/-2026.*/v, ''), full: true});
		}

		const {status} = await scenario.backup('daily-cluster-backup');
		const bytes = artifacts.reduce((sum, {size}) => sum + size, 0);
		t.like(status, {phase: 'Completed', storage: {restorePoints: 3, bytes}, stats: {fileCount: 3}});
		t.like(status?.history?.[0], {status: 'Succeeded', backupType: 'FULL', artifactCount: 3});
		t.deepEqual(status?.history?.[0]?.artifacts?.map(({name}) => name), artifacts.map(({name}) => name));
		t.deepEqual(objectsIn(scenario).filter(({name}) => name.startsWith('.neo4j-backup/encrypted/')), [], 'the manifest has taken the place of the records');
		const manifest = await manifestOf(scenario);
		t.deepEqual(manifest.artifacts.map(({encryption: {algorithm: found}}) => found), [algorithm, algorithm, algorithm]);
		t.regex(manifest.artifacts[0]!.encryption.keys[0]!, /^sha256:[0-9a-f]{16}$/v);
	});
}

type Manifests = {readonly artifacts: ReadonlyArray<{readonly encryption: {readonly algorithm: string; readonly keys: readonly string[]}}>};

const manifestOf = async (scenario: Scenario): Promise<Manifests> => {
	const found = objectsIn(scenario).find(({name}) => /^\.neo4j-backup\/runs\/.*\.json$/v.test(name));
	return JSON.parse(await readFile(found!.file, 'utf8')) as Manifests;
};

test('[B-126] [B-127] without encryption, or with enabled: false, artifacts are what neo4j-admin wrote', async t => {
	for (const options of [{}, {encryption: {enabled: false, keySecret: 'backup-encryption-key'}}]) {
		const scenario = await startScenario(t, {databases: ['mydb']});
		await scenario.apply(backupManifest(scenario.s3, {options}));
		const artifacts = artifactsIn(scenario);
		t.deepEqual(artifacts.map(({name}) => name.replace(/-2026.*(?=\.backup)/v, '')), ['mydb.backup', 'system.backup']);
		for (const {file} of artifacts) {
			t.true(headerOf(await readFile(file))?.full);
		}
	}
});

test('on a claim nothing lies in the clear either, and staging is on a claim of its own with tempStorage', async t => {
	const scenario = await startScenario(t, {start: new Date().toISOString(), databases: ['mydb']});
	const {apply, s3, runtime} = scenario;
	await apply(keySecret('ChaCha20'), backupManifest(s3, {
		target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'},
		storage: {type: 'pvc', pvc: {name: 'backup-storage', size: '1Gi'}, path: 'daily/'},
		options: {encryption: encryption('ChaCha20'), tempStorage: {size: '1Gi'}},
	}, 'on-a-claim'));
	const folder = path.join(runtime.node.claimFolder('neo4j', 'backup-storage'), 'daily');
	const names = await readdir(folder, {recursive: true});
	t.deepEqual(names.filter(name => name.includes('.backup')).map(name => name.replace(/-\d{4}-.*(?=\.backup)/v, '')), ['mydb.backup.age']);
	const artifact = names.find(name => name.endsWith('.age'));
	t.is(headerOf(await open('ChaCha20', path.join(folder, artifact!)))?.database, 'mydb');
});

test('[B-132] with AUTO each run is a FULL, and after encryption is switched off the next run starts a chain in the clear', async t => {
	const scenario = await startScenario(t, {databases: ['mydb']});
	const {apply, s3, edit, clock, dbms, backup} = scenario;
	const again = async (token: string) => {
		dbms.write('mydb', 5);
		clock.advance(60_000);
		await edit('daily-cluster-backup', {metadata: {annotations: {'neo4j.com/run-now': token}}});
	};

	await t.throwsAsync(apply(backupManifest(s3, {options: {backupType: 'DIFF', encryption: encryption('AES256')}})), {message: /spec\.options\.backupType.*use FULL or AUTO/v});
	await apply(keySecret('AES256'), backupManifest(s3, {schedule: '0 0 1 1 *', options: {backupType: 'AUTO', encryption: encryption('AES256')}}));
	await again('first');
	await again('second');
	const encrypted = artifactsIn(scenario).filter(({name}) => name.startsWith('mydb-'));
	t.is(encrypted.length, 2);
	for (const {file} of encrypted) {
		t.true(headerOf(await open('AES256', file))?.full);
	}

	const {status} = await backup('daily-cluster-backup');
	t.like(status, {nextBackupType: 'FULL', history: {0: {backupType: 'FULL'}, 1: {backupType: 'FULL'}}});
	await edit('daily-cluster-backup', {spec: {options: {backupType: 'DIFF', encryption: {enabled: false}}}});
	await again('third');
	await again('fourth');
	const after = await backup('daily-cluster-backup');
	t.like(after.status, {history: {0: {backupType: 'DIFF', status: 'Succeeded'}, 1: {backupType: 'FULL', status: 'Succeeded'}}});
});

test('no key and no credential stands in any object, log, last word or event of an encrypted run', async t => {
	const scenario = await startScenario(t, {databases: ['mydb']});
	const {apply, s3, logs, runtime: {kube}} = scenario;
	await apply(keySecret('ChaCha20'), backupManifest(s3, {options: {encryption: encryption('ChaCha20')}}));
	const texts = [await logs()];
	for (const [apiVersion, kind] of [['batch/v1', 'Job'], ['v1', 'Pod'], ['v1', 'Event'], ['v1', 'ServiceAccount'], ['v1', 'ConfigMap'], ['neo4j.neo4j.com/v1alpha1', 'Neo4jBackup']] as const) {
		for await (const page of kube.list({apiVersion, kind})) {
			texts.push(JSON.stringify(page));
		}
	}

	const everything = texts.join('\n');
	t.true(everything.includes('backup-encryption-key') && everything.includes('artifacts proven in the store'));
	const secrets = [identity, credentials.accessKeyId, credentials.secretAccessKey];
	const forms = secrets.flatMap(secret => [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)]);
	t.deepEqual(forms.filter(form => everything.includes(form)), []);
});
