import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {
	backupManifest, bucket, credentials, startScenario,
} from '#test/functions/scenario.ts';
import {startS3} from '#local/stores/s3.ts';

const certificate = async (name: string) => readFile(path.join(import.meta.dirname, '../../shared/neo4j/certificates', name), 'utf8');

const authorities = (text: string, {name = 'store-authorities', key = 'ca.crt'} = {}) => ({
	apiVersion: 'v1', kind: 'Secret', metadata: {name}, stringData: {[key]: text},
});

/** A backup each minute, of which one is kept, to a server whose certificate a private authority signed. */
const startPrivate = async (t: ExecutionContext) => {
	const [cert, key, ca, other] = await Promise.all(['server.crt', 'server.key', 'ca.crt', 'other-ca.crt'].map(async name => certificate(name))) as [string, string, string, string];
	const s3 = await startS3({buckets: [bucket], credentials, tls: {cert, key}});
	t.teardown(s3.stop);
	const scenario = await startScenario(t, {start: new Date(Date.now() - 60_000).toISOString(), graceMs: 30_000, databases: ['mydb']});
	const backupTo = (name: string, change: Readonly<Record<string, unknown>> = {}, cloud: Readonly<Record<string, unknown>> = {}) => backupManifest(s3, {
		target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'},
		storage: {
			type: 's3', bucket, path: name, cloud: {
				credentialsSecretRef: 'aws-backup-credentials', endpointURL: s3.endpoint, forcePathStyle: true, ...cloud,
			},
		},
		...change,
	}, name);
	return {
		...scenario, store: s3, ca, other, backupTo, artifacts: (name: string) => s3.objects(bucket, `${name}/`).map(({key: found}) => found).filter(found => found.endsWith('.backup')),
	};
};

test('a store whose certificate a private authority signed is refused without it, by name of the field, and takes backups, verifies and expires with it', async t => {
	const {apply, backup, minutes, edit, store, ca, other, dbms, backupTo, artifacts} = await startPrivate(t);
	t.regex(store.endpoint, /^https:/v);
	await apply(authorities(other, {name: 'another-authority'}), backupTo('unnamed'), backupTo('another', {}, {caBundleSecretRef: 'another-authority'}));
	for (const name of ['unnamed', 'another']) {
		const {status} = await backup(name);
		t.like(status?.history?.[0], {status: 'Failed', reason: 'CertificateNotTrusted'});
		t.regex(status?.message ?? '', /its certificate is not signed by an authority that is known here; name a Secret that holds the certificate of that authority in storage\.cloud\.caBundleSecretRef/v);
	}

	await apply(authorities(`Bundle of two.\n${other}\n${ca}`), backupTo('daily', {schedule: '* * * * *', options: {backupType: 'FULL', verify: true}, retention: {maxCount: 1}}, {caBundleSecretRef: 'store-authorities'}));
	await minutes(1);
	const [first, ...more] = artifacts('daily');
	t.deepEqual(more, []);
	dbms.write('mydb', 5);
	await minutes(2);
	const {status} = await backup('daily');
	t.true(status?.history?.every(run => run.status === 'Succeeded'));
	t.is(status?.conditions?.find(({type}) => type === 'RetentionEnforced')?.status, 'True');
	t.false(artifacts('daily').includes(first!), 'the function reached it too, with the same authority');

	await edit('unnamed', {spec: {storage: {cloud: {caBundleSecretRef: 'store-authorities'}}}});
	const {status: mended} = await backup('unnamed');
	t.is(mended?.phase, 'Completed');
});

const refused = test.macro(async (t, secret: ReturnType<typeof authorities> | undefined, message: RegExp) => {
	const {apply, backup, jobs, minutes, ca, backupTo, runtime} = await startPrivate(t);
	await apply(...secret ? [secret] : [], backupTo('daily', {}, {caBundleSecretRef: 'store-authorities'}));
	const {status} = await backup('daily');
	t.is(status?.phase, 'Waiting');
	t.like(status?.conditions?.find(({type}) => type === 'Ready'), {status: 'False', reason: 'CABundleInvalid'});
	t.regex(status?.message ?? '', message);
	t.deepEqual(await jobs(), []);
	await runtime.kube.delete({
		apiVersion: 'v1', kind: 'Secret', namespace: 'neo4j', name: 'store-authorities',
	});
	await apply(authorities(ca));
	await minutes(1);
	const {status: mended} = await backup('daily');
	t.is(mended?.phase, 'Completed');
});

test('a missing Secret of authorities is waited for', refused, undefined, /^Secret store-authorities does not exist in namespace neo4j: create it with the key ca\.crt, or change spec\.storage\.cloud\.caBundleSecretRef$/v);
test('so is one without the key', refused, authorities('x', {key: 'tls.crt'}), /^The key ca\.crt of Secret store-authorities, which spec\.storage\.cloud\.caBundleSecretRef names, holds no certificate/v);
test('so is one whose text is no certificate', refused, authorities('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'), /certificate 1 of 1 cannot be read/v);
