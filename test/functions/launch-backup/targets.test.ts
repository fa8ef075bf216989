import test from 'ava';
import {
	argumentsOf, oneShot, startDesk, variablesOf, type Desk,
} from './desk.ts';
import {applyTarget} from '#local/neo4j/target.ts';
import {type Reference} from '#shared/kube/object.ts';

const cluster = (name = 'production-cluster', namespace = 'neo4j'): Reference => ({
	apiVersion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jEnterpriseCluster', namespace, name,
});

const from = (argv: readonly string[]): string => argv.find(argument => argument.startsWith('--from='))!;
const servers = (name: string, namespace = 'neo4j', count = 3): string => `--from=${Array.from({length: count}, (_, ordinal) => `${name}-server-${ordinal}.${name}-headless.${namespace}.svc.cluster.local:6362`).join(',')}`;

const addCluster = async ({runtime: {kube}}: Desk, name: string, namespace = 'neo4j'): Promise<void> => {
	await applyTarget(kube, {
		kind: 'Neo4jEnterpriseCluster', namespace, name, servers: 3, version: '2025.12.0', password: 'x',
	});
};

test('[B-040] kind Cluster names a cluster, or a standalone where there is no such cluster', async t => {
	const desk = await startDesk(t);
	const {apply, jobOf, runtime: {kube}} = desk;
	for (const name of ['alone', 'both']) {
		await applyTarget(kube, {
			kind: 'Neo4jEnterpriseStandalone', namespace: 'neo4j', name, version: '2025.12.0', password: 'x',
		});
	}

	await addCluster(desk, 'both');
	for (const [name, expected] of [['alone', '--from=alone-0.alone-headless.neo4j.svc.cluster.local:6362'], ['both', servers('both')]] as const) {
		await apply(oneShot(`of-${name}`, {target: {kind: 'Cluster', name}}));
		t.is(from(argumentsOf(await jobOf(`of-${name}`))), expected);
	}
});

test('[B-044] [B-045] [B-046] clusterRef alone finds the target of one database and means nothing to kind Cluster; its namespace is that of the CR', async t => {
	const desk = await startDesk(t);
	const {apply, jobOf} = desk;
	await addCluster(desk, 'mydb');
	await apply(
		oneShot('one-database', {target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'}}),
		oneShot('all', {target: {kind: 'Cluster', name: 'production-cluster', clusterRef: 'somewhere-else'}}),
	);
	const one = argumentsOf(await jobOf('one-database'));
	t.deepEqual(one.slice(0, 5), ['neo4j-admin', 'database', 'backup', 'mydb', servers('production-cluster')]);
	t.true(one.slice(4).every(argument => argument.startsWith('--')));
	const all = argumentsOf(await jobOf('all'));
	t.deepEqual(all.slice(3, 5), ['*', servers('production-cluster')]);
});

test('[B-047] a target in another namespace is read there once it names the namespace of the CR, and all that the run needs stays here', async t => {
	const desk = await startDesk(t);
	const {apply, jobOf, jobsOf, backup, minutes, list, runtime: {kube}} = desk;
	await kube.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'other'}});
	await addCluster(desk, 'foreign', 'other');
	await apply(oneShot('across', {target: {kind: 'Cluster', name: 'foreign', namespace: 'other'}}));
	t.deepEqual(await jobsOf('across'), []);
	const {status} = await backup('across');
	t.is(status?.phase, 'Waiting');
	t.regex(status?.message ?? '', /neo4j\.com\/backup-from=neo4j/v);

	await kube.patch(cluster('foreign', 'other'), {metadata: {annotations: {'neo4j.com/backup-from': 'staging,neo4j'}}});
	await minutes(1);
	const job = await jobOf('across');
	t.is(from(argumentsOf(job)), servers('foreign', 'other'));
	t.is(job.metadata.namespace, 'neo4j');
	const accounts = await list('v1', 'ServiceAccount');
	t.true(accounts.some(({metadata}) => metadata.name === job.spec.template.spec.serviceAccountName));
});

test('[B-010] a target whose backup port nobody has opened is opened once and awaited; an address of its own is kept', async t => {
	const desk = await startDesk(t);
	const {apply, jobOf, jobsOf, backup, eventsOf, minutes, runtime: {kube}} = desk;
	const configMap = (name: string) => ({
		apiVersion: 'v1', kind: 'ConfigMap', namespace: 'neo4j', name: `${name}-config`,
	});
	const config = async (name: string) => {
		const target = await kube.get(cluster(name));
		return (target as unknown as {spec: {config?: unknown}}).spec.config;
	};

	await kube.patch(configMap('production-cluster'), {data: {'neo4j.conf': 'server.backup.enabled=true\n'}});
	await apply(oneShot('first'));
	t.deepEqual(await config('production-cluster'), {'server.backup.listen_address': '0.0.0.0:6362'});
	t.deepEqual(await jobsOf('first'), []);
	const {status} = await backup('first');
	t.is(status?.phase, 'Waiting');
	const announced = await eventsOf('first', 'BackupListenerConfigured');
	t.deepEqual(announced.filter(({type}) => type === 'Normal').map(({message}) => message), ['Neo4jEnterpriseCluster production-cluster: server.backup.listen_address was not set, so that no backup could be taken: it is set to 0.0.0.0:6362, and the servers are restarted one by one']);

	await kube.patch(configMap('production-cluster'), {data: {'neo4j.conf': 'server.backup.enabled=true\nserver.backup.listen_address=0.0.0.0:6362\n'}});
	await minutes(1);
	t.truthy(await jobOf('first'));

	await addCluster(desk, 'own-address');
	await kube.patch(configMap('own-address'), {data: {'neo4j.conf': 'server.backup.listen_address=10.0.0.5:6362\n'}});
	await apply(oneShot('second', {target: {kind: 'Cluster', name: 'own-address'}}));
	t.truthy(await jobOf('second'));
	t.is(await config('own-address'), undefined);
});

test('[X-022] a target that is not Ready starts no Job, and the run comes by itself once it is', async t => {
	const {apply, jobsOf, backup, eventsOf, minutes, runtime: {kube}} = await startDesk(t);
	const set = async (status: Readonly<Record<string, unknown>>) => kube.patch(cluster(), {status}, {subresource: 'status'});
	await set({phase: 'Forming', message: 'two of three servers have joined'});
	await apply(oneShot('waiting'));
	await minutes(3);
	t.deepEqual(await jobsOf('waiting'), []);
	const {status} = await backup('waiting');
	t.is(status?.phase, 'Waiting');
	t.regex(status?.message ?? '', /Forming.*two of three servers/v);
	t.like(status?.conditions?.find(({type}) => type === 'Ready'), {status: 'False', reason: 'TargetNotReady'});
	const events = await eventsOf('waiting', 'TargetNotReady');
	t.is(events.length, 1);
	await set({phase: 'Ready', message: ''});
	await minutes(1);
	const jobs = await jobsOf('waiting');
	t.is(jobs.length, 1);
	const {status: after} = await backup('waiting');
	t.is(after?.phase, 'Running');
});

test('[X-023] a target that does not exist is awaited, and the message names both kinds that were looked for', async t => {
	const desk = await startDesk(t);
	const {apply, jobsOf, backup, eventsOf, minutes} = desk;
	await apply(oneShot('early', {target: {kind: 'Cluster', name: 'later'}}));
	t.deepEqual(await jobsOf('early'), []);
	const {status} = await backup('early');
	t.is(status?.phase, 'Waiting');
	t.regex(status?.message ?? '', /Neo4jEnterpriseCluster nor a Neo4jEnterpriseStandalone later/v);
	const events = await eventsOf('early', 'TargetNotFound');
	t.is(events.length, 1);
	await addCluster(desk, 'later');
	await minutes(1);
	const jobs = await jobsOf('early');
	t.is(jobs.length, 1);
});

test('a target that is gone at an instant is awaited, and that instant runs once it is back; one that is scaled away too', async t => {
	const desk = await startDesk(t);
	const {apply, jobsOf, backup, minutes, runtime: {kube}} = desk;
	await apply(oneShot('daily', {schedule: '0 2 * * *'}));
	await kube.delete(cluster());
	await minutes(3);
	const {status: gone} = await backup('daily');
	t.is(gone?.phase, 'Waiting');
	t.like(gone?.conditions?.find(({type}) => type === 'Ready'), {status: 'False', reason: 'TargetNotFound'});

	const servers = {
		apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'neo4j', name: 'production-cluster-server',
	};
	await kube.patch(servers, {spec: {replicas: 0}});
	await addCluster(desk, 'production-cluster');
	await minutes(1);
	const {status: scaled} = await backup('daily');
	t.regex(scaled?.message ?? '', /has no servers/v);
	t.deepEqual(await jobsOf('daily'), []);
	await kube.patch(servers, {spec: {replicas: 3}});
	await minutes(1);
	const jobs = await jobsOf('daily');
	t.deepEqual(jobs.map(({metadata}) => metadata.name), ['daily-backup-20261120020000']);
});

test('[X-024] a target under restore is not backed up meanwhile, by schedule or by hand', async t => {
	const {apply, jobsOf, backup, minutes, runNow, runtime: {kube}} = await startDesk(t);
	const mark = async (annotations: Readonly<Record<string, unknown>>) => kube.patch(cluster(), {metadata: {annotations}});
	await apply(oneShot('daily', {schedule: '0 2 * * *'}));
	await mark({'neo4j.com/restore-in-progress': 'yesterday'});
	await runNow('daily', 'now');
	await minutes(3);
	t.deepEqual(await jobsOf('daily'), []);
	const {status} = await backup('daily');
	t.is(status?.phase, 'Waiting');
	t.regex(status?.message ?? '', /restored by yesterday/v);
	await mark({'neo4j.com/restore-in-progress': null});
	await minutes(1);
	const jobs = await jobsOf('daily');
	t.is(jobs.length, 1);
});

const setImage = async ({runtime: {kube}}: Desk, tag: string): Promise<void> => {
	await kube.patch(cluster(), {spec: {image: {tag}}});
	await kube.patch(cluster(), {status: {version: ''}}, {subresource: 'status'});
};

test('Community is refused by name before the Job', async t => {
	const desk = await startDesk(t);
	await setImage(desk, '5.26.3');
	await desk.apply(oneShot('daily'));
	t.deepEqual(await desk.jobsOf('daily'), []);
	const {status} = await desk.backup('daily');
	t.is(status?.phase, 'Invalid');
	t.regex(status?.message ?? '', /neo4j:5\.26\.3 is Neo4j Community/v);
});

test('a tag that tells no version: the server is asked, and where it does not answer only late options are refused', async t => {
	const desk = await startDesk(t);
	const {apply, jobOf, jobsOf, backup, dbms} = desk;
	await setImage(desk, 'latest-enterprise');
	await apply(oneShot('asked', {options: {skipRecovery: true}}));
	const job = await jobOf('asked');
	t.true(argumentsOf(job).includes('--skip-recovery=true'));
	const run = JSON.parse(variablesOf(job, 'report')['BACKUP_RUN']!) as {target: unknown};
	t.like(run.target, {version: '2025.12.0'});

	await dbms.setBolt('refuses');
	await apply(oneShot('plain'), oneShot('late', {options: {skipRecovery: true}}));
	t.truthy(await jobOf('plain'));
	t.deepEqual(await jobsOf('late'), []);
	const {status} = await backup('late');
	t.regex(status?.message ?? '', /skipRecovery.*does not say which version/v);
});

test('where Bolt does not answer, the databases of the last run are those that must be backed up', async t => {
	const {apply, jobsOf, finish, runNow, dbms} = await startDesk(t);
	await apply(oneShot('daily'));
	await finish('daily');
	await dbms.setBolt('refuses');
	await runNow('daily', 'again');
	const jobs = await jobsOf('daily');
	const requested = jobs.map(job => (JSON.parse(variablesOf(job, 'report')['BACKUP_RUN']!) as {requested: unknown}).requested);
	t.deepEqual(requested, [['mydb', 'neo4j', 'system'], ['mydb', 'neo4j', 'system']]);
});
