import test from 'ava';
import {
	awsSecret, backupManifest, bucket, credentials, startScenario,
} from '#test/functions/scenario.ts';
import {type Manifest} from '#shared/kube/object.ts';

const sweeper = {accessKeyId: 'AKIASWEEPER000000000', secretAccessKey: 'the-secret-of-the-account-that-sweeps'};

const sweeperSecret: Manifest = {
	...awsSecret(), metadata: {name: 'sweeper'}, stringData: {AWS_ACCESS_KEY_ID: sweeper.accessKeyId, AWS_SECRET_ACCESS_KEY: sweeper.secretAccessKey, AWS_DEFAULT_REGION: 'us-east-1'},
};

const keySecret: Manifest = {
	apiVersion: 'v1', kind: 'Secret', metadata: {name: 'backup-encryption-key'}, stringData: {key: 'AGE-SECRET-KEY-1ALD8SER6QH8D0W8NERWL7QLKKKGJ2P6MYNQYP5JJXYN27QH3EL6QA66WYZ'},
};

test('[X-163] with retention.cloud the account that writes deletes and moves nothing, also with verification and encryption: the sweep does, with its own', async t => {
	let faults: Record<string, unknown> = {};
	const deletions: string[] = [];
	const scenario = await startScenario(t, {
		databases: ['mydb'],
		accounts: id => id === sweeper.accessKeyId ? sweeper : undefined,
		neo4jEnvironment: () => ({STAND_IN_FAULTS: JSON.stringify(faults)}),
		onStore({operation, account}) {
			if (operation.startsWith('Delete')) {
				deletions.push(account);
			}
		},
	});
	const {apply, backup, edit, clock, dbms, s3} = scenario;
	s3.refuse({
		account: credentials.accessKeyId, prefix: '', operations: ['DeleteObject'], code: 'AccessDenied',
	});
	const again = async (name: string, token: string) => {
		dbms.write('mydb', 5);
		clock.advance(60_000);
		await edit(name, {metadata: {annotations: {'neo4j.com/run-now': token}}});
		const {status} = await backup(name);
		return status!;
	};

	const keysBelow = (prefix: string) => s3.objects(bucket, prefix).map(({key}) => key.slice(prefix.length));
	const filesIn = (folder: string) => keysBelow(folder).filter(key => !key.includes('/'));
	const spec = {target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'}, options: {verify: true}, retention: {maxCount: 1, cloud: {credentialsSecretRef: 'sweeper'}}};
	await apply(sweeperSecret, backupManifest(s3, spec, 'daily'));
	const [first] = filesIn('daily/');

	faults = {inconsistent: ['mydb']};
	const failed = await again('daily', 'damaged');
	t.like(failed, {phase: 'Failed', nextBackupType: 'FULL'});
	t.regex(failed.history![0]!.error!, /^the verification failed of mydb .*; what failed is moved to \.neo4j-backup\/quarantine\/ by the next sweep, and the next run is a FULL$/v);
	const damaged = filesIn('daily/').find(name => name !== first)!;
	t.deepEqual(keysBelow('daily/.neo4j-backup/quarantine/'), []);

	faults = {};
	const good = await again('daily', 'good');
	t.like(good.history![0], {status: 'Succeeded', backupType: 'FULL'});
	t.deepEqual(keysBelow('daily/.neo4j-backup/quarantine/'), [damaged]);
	t.false(filesIn('daily/').includes(damaged));
	t.is(good.conditions?.find(({type}) => type === 'RetentionEnforced')?.status, 'True');
	clock.advance(11 * 60_000);
	await again('daily', 'later');
	t.false(filesIn('daily/').includes(first!), 'its chain expired');

	await apply(keySecret, backupManifest(s3, {
		...spec,
		storage: {
			type: 's3', bucket, path: 'encrypted/', cloud: {credentialsSecretRef: 'aws-backup-credentials', endpointURL: s3.endpoint, forcePathStyle: true},
		},
		options: {encryption: {enabled: true, keySecret: 'backup-encryption-key', algorithm: 'ChaCha20'}},
	}, 'encrypted'));
	const {status} = await backup('encrypted');
	t.like(status?.history?.[0], {status: 'Succeeded'});
	t.deepEqual(keysBelow('encrypted/.neo4j-backup/encrypted/'), [], 'a manifest has taken the place of each record');
	t.deepEqual([...new Set(deletions)], [sweeper.accessKeyId]);
});
