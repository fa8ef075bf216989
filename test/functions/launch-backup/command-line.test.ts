import test from 'ava';
import {
	argumentsOf, containerOf, oneShot, shareDesk,
} from './desk.ts';
import {applyTarget} from '#local/neo4j/target.ts';

const shared = shareDesk(test);

const servers = (name: string, count: number): string => Array.from({length: count}, (_, ordinal) => `${name}-server-${ordinal}.${name}-headless.neo4j.svc.cluster.local:6362`).join(',');
const standard = (name: string): readonly string[] => [
	'neo4j-admin', 'database', 'backup', '*', `--from=${servers('production-cluster', 3)}`, `--to-path=s3://neo4j-backups/${name}/`, '--type=AUTO', '--temp-path=/backup-temp',
];

test('[B-007] [B-034] without options the command is neo4j-admin database backup of everything, AUTO, and neo4j-admin\'s own defaults for the rest', async t => {
	const {apply, jobOf} = shared();
	await apply(oneShot('plain'));
	t.deepEqual(argumentsOf(await jobOf('plain')), standard('plain'));
	await apply(oneShot('empty', {options: {}}));
	t.deepEqual(argumentsOf(await jobOf('empty')), standard('empty'));
});

const clusters = [2, 3, 5] as const;

test('[B-011] [B-012] [B-013] --from lists every server by its ordinal, as many as there are', async t => {
	const {apply, jobOf, jobsOf, finish, edit, runtime: {kube}, clock} = shared();
	const from = (argv: readonly string[]) => argv.find(argument => argument.startsWith('--from='));
	for (const count of clusters) {
		await applyTarget(kube, {
			kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: `of-${count}`, servers: count, version: '2025.12.0', password: 'x',
		});
		await apply(oneShot(`cluster-${count}`, {target: {kind: 'Cluster', name: `of-${count}`}}));
		t.is(from(argumentsOf(await jobOf(`cluster-${count}`))), `--from=${servers(`of-${count}`, count)}`);
	}

	await applyTarget(kube, {
		kind: 'Neo4jEnterpriseStandalone', namespace: 'neo4j', name: 's', version: '2025.12.0', password: 'x',
	});
	await apply(oneShot('standalone', {target: {kind: 'Cluster', name: 's'}}));
	t.is(from(argumentsOf(await jobOf('standalone'))), '--from=s-0.s-headless.neo4j.svc.cluster.local:6362');

	await finish('cluster-3');
	await kube.patch({
		apiVersion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'of-3',
	}, {spec: {topology: {servers: 5}}});
	await kube.patch({
		apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'neo4j', name: 'of-3-server',
	}, {spec: {replicas: 5}});
	clock.advance(60_000);
	await edit('cluster-3', {metadata: {annotations: {'neo4j.com/run-now': 'scaled'}}});
	const [, second] = await jobsOf('cluster-3');
	t.is(from(argumentsOf(second!)), `--from=${servers('of-3', 5)}`);
});

const places: ReadonlyArray<readonly [title: string, storage: Readonly<Record<string, unknown>>, toPath: string]> = [
	['S3', {type: 's3', bucket: 'neo4j-backups', path: 'daily/'}, 's3://neo4j-backups/daily/'],
	['Google Cloud Storage', {type: 'gcs', bucket: 'neo4j-backups', path: 'daily/'}, 'gs://neo4j-backups/daily/'],
	['Azure, with the account that the CR names and the bucket as container', {
		type: 'azure', bucket: 'neo4j-backups', path: 'daily/', cloud: {storageAccount: 'myaccount'},
	}, 'azb://myaccount/neo4j-backups/daily/'],
	['a claim', {type: 'pvc', path: 'daily/', pvc: {size: '1Gi'}}, '/backup-storage/daily/'],
	['a bucket without a path', {type: 's3', bucket: 'neo4j-backups'}, 's3://neo4j-backups/'],
	['a claim without a path', {type: 'pvc', pvc: {size: '1Gi'}}, '/backup-storage/'],
	...['daily', 'daily/', '/daily/'].map(path => [`the path ${path}`, {type: 's3', bucket: 'neo4j-backups', path}, 's3://neo4j-backups/daily/'] as const),
];

test('[B-018] [B-053] [X-048] --to-path is the directory of the CR, with one slash between its parts and one at its end', async t => {
	const {apply, jobOf} = shared();
	for (const [index, [title, storage, toPath]] of places.entries()) {
		const name = `place-${index}`;
		await apply(oneShot(name, {storage}));
		const job = await jobOf(name);
		t.true(argumentsOf(job).includes(`--to-path=${toPath}`), `${title}: neo4j-admin`);
		t.is(containerOf(job, 'inspect').env.find(variable => variable.name === 'ARTIFACTS')?.value, toPath, `${title}: inspect`);
	}
});

test('[B-017] on a claim --to-path lies below the place where that claim is mounted', async t => {
	const {apply, jobOf} = shared();
	await apply(oneShot('on-a-claim', {storage: {type: 'pvc', path: 'backups/manual/', pvc: {name: 'backup-storage', size: '1Gi'}}}));
	const job = await jobOf('on-a-claim');
	const {volumeMounts} = containerOf(job, 'backup');
	const volume = job.spec.template.spec.volumes.find(candidate => 'persistentVolumeClaim' in candidate);
	t.deepEqual(volume?.['persistentVolumeClaim'], {claimName: 'backup-storage'});
	const mount = volumeMounts.find(({name}) => name === volume?.name);
	t.is(mount?.readOnly, undefined);
	t.true(argumentsOf(job).includes(`--to-path=${mount!.mountPath}/backups/manual/`));
});
