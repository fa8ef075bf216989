import {Buffer} from 'node:buffer';
import {randomBytes} from 'node:crypto';
import test from 'ava';
import {
	argumentsOf, containerOf, oneShot, shareDesk, startDesk, variablesOf, type JobObject,
} from './desk.ts';
import {type Manifest} from '#shared/kube/object.ts';

const shared = shareDesk(test);

const identity = 'AGE-SECRET-KEY-1ALD8SER6QH8D0W8NERWL7QLKKKGJ2P6MYNQYP5JJXYN27QH3EL6QA66WYZ';

const secret = (name: string, data: Readonly<Record<string, Uint8Array | string>>): Manifest => ({
	apiVersion: 'v1', kind: 'Secret', metadata: {name}, data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
});

const encrypted = (keySecret: string, more: Readonly<Record<string, unknown>> = {}) => ({options: {encryption: {enabled: true, keySecret, ...more}}});

const unusable: Readonly<Record<string, readonly [data: Readonly<Record<string, Uint8Array | string>> | undefined, encryption: Readonly<Record<string, unknown>>, message: RegExp]>> = {
	missing: [undefined, {}, /^Secret missing does not exist in namespace neo4j: .*key key/v],
	keyless: [{other: 'x'}, {}, /^Secret keyless has no key key: .*keySecretKey/v],
	renamed: [{key: randomBytes(32)}, {keySecretKey: 'other'}, /^Secret renamed has no key other/v],
	empty: [{key: ''}, {}, /^The key key of Secret empty has 0 bytes/v],
	short: [{key: randomBytes(16)}, {}, /^The key key of Secret short has 16 bytes.*32 bytes/v],
	coded: [{key: randomBytes(32).toString('hex')}, {}, /^The key key of Secret coded is base64 of 48 bytes.*32 bytes/v],
	swapped: [{key: randomBytes(32)}, {algorithm: 'ChaCha20'}, /^The key key of Secret swapped .*age recipient/v],
	damaged: [{key: `${identity.slice(0, -1)}Q`}, {algorithm: 'ChaCha20'}, /^The key key of Secret damaged .*damaged/v],
};

test('[B-130] a Secret that is missing, or a key that is missing or cannot be used, starts no Job; the message names both, and the run comes by itself once the Secret is right', async t => {
	const {apply, jobsOf, jobOf, backup, eventsOf, minutes, list, runtime: {kube}} = await startDesk(t);
	for (const [name, [data, encryption, message]] of Object.entries(unusable)) {
		await apply(...data ? [secret(name, data)] : [], oneShot(name, encrypted(name, encryption)));
		t.deepEqual(await jobsOf(name), [], `of ${name}`);
		const {status} = await backup(name);
		t.is(status?.phase, 'Waiting', `of ${name}`);
		t.regex(status?.message ?? '', message);
		const events = await eventsOf(name, 'EncryptionKeyInvalid');
		t.is(events.length, 1, `of ${name}`);
		t.false(JSON.stringify([status, events]).includes(identity.slice(16, -1)));
	}

	t.deepEqual(await list('batch/v1', 'Job'), [], 'no Job, so nothing is written, in the clear or otherwise');
	await apply(secret('missing', {key: randomBytes(32)}));
	await kube.patch({
		apiVersion: 'v1', kind: 'Secret', namespace: 'neo4j', name: 'damaged',
	}, {data: {key: Buffer.from(identity).toString('base64')}});
	await minutes(2);
	for (const name of ['missing', 'damaged']) {
		t.truthy(await jobOf(name), `of ${name}`);
	}
});

const mountsOf = (job: JobObject, container: string) => Object.fromEntries(containerOf(job, container).volumeMounts.map(({name, mountPath, subPath}) => [mountPath, subPath ? `${name}/${subPath}` : name]));

test('[X-029] `encrypt` comes after all that read the artifact in the clear and before `report`; it sees the key, as a file, and `prepare` does, which decrypts where a catalogue was lost; neo4j-admin sees neither the key nor the store', async t => {
	const {apply, jobOf} = shared();
	await apply(secret('backup-encryption-key', {'aes.key': randomBytes(32)}), oneShot('daily', {
		options: {...encrypted('backup-encryption-key', {keySecretKey: 'aes.key'}).options, verify: true},
		storage: {
			type: 's3', bucket: 'neo4j-backups', path: 'daily', cloud: {credentialsSecretRef: 'aws-backup-credentials'},
		},
	}));
	const job = await jobOf('daily');
	const {initContainers, containers, volumes} = job.spec.template.spec;
	const names = initContainers.map(({name}) => name);
	t.deepEqual(names, ['prepare', 'backup', 'inspect', 'gather', 'verify', 'encrypt']);
	t.deepEqual(containers.map(({name}) => name), ['report']);
	t.deepEqual(volumes.find(({name}) => name === 'encryption-key'), {name: 'encryption-key', secret: {secretName: 'backup-encryption-key', defaultMode: 0o440, items: [{key: 'aes.key', path: 'key'}]}});
	for (const name of [...names, 'report']) {
		t.is(mountsOf(job, name)['/backup-key'], ['prepare', 'encrypt'].includes(name) ? 'encryption-key' : undefined, `of ${name}`);
	}

	t.true(argumentsOf(job).includes('--to-path=/backup-artifacts/'));
	for (const name of ['backup', 'inspect', 'verify']) {
		t.deepEqual(Object.keys(variablesOf(job, name)).filter(variable => variable.startsWith('AWS_')), [], `of ${name}`);
		t.like(mountsOf(job, name), {'/backup-artifacts': 'temporary/artifacts', '/backup-temp': 'temporary/temporary'});
	}

	t.is(variablesOf(job, 'encrypt')['AWS_SECRET_ACCESS_KEY'], 'aws-backup-credentials/AWS_SECRET_ACCESS_KEY');
	t.is(variablesOf(job, 'encrypt')['ENCRYPTION_KEY_FILE'], '/backup-key/key');
});

test('on a claim neo4j-admin does not see it, and staged artifacts lie on the claim of tempStorage', async t => {
	const {apply, jobOf} = shared();
	await apply(secret('claim-key', {key: identity}), oneShot('claimed', {
		storage: {type: 'pvc', pvc: {size: '1Gi'}},
		options: {...encrypted('claim-key', {algorithm: 'ChaCha20'}).options, tempStorage: {size: '20Gi'}, tempPath: '/tmp/neo4j-backup-temp'},
	}));
	const job = await jobOf('claimed');
	t.deepEqual(mountsOf(job, 'backup'), {
		'/backup-run': 'run', '/tmp': 'tmp', '/tmp/neo4j-backup-temp': 'temporary/temporary', '/backup-artifacts': 'temporary/artifacts',
	});
	t.is(mountsOf(job, 'encrypt')['/backup-storage'], 'storage');
	t.like(mountsOf(job, 'prepare'), {'/tmp/neo4j-backup-temp': 'temporary/temporary', '/backup-artifacts': 'temporary/artifacts'}, 'which empties both');
	t.deepEqual(job.spec.template.spec.volumes.find(({name}) => name === 'temporary'), {name: 'temporary', persistentVolumeClaim: {claimName: 'claimed-backup-temporary'}});
});

test('AUTO is sent as FULL, and an Event says why', async t => {
	const {apply, jobOf, eventsOf} = shared();
	await apply(secret('auto-key', {key: randomBytes(32)}), oneShot('auto', encrypted('auto-key')));
	t.true(argumentsOf(await jobOf('auto')).includes('--type=FULL'));
	const [event] = await eventsOf('auto', 'ChainStarted');
	t.regex(event?.message ?? '', /encrypted backups are not/v);
});
