import test from 'ava';
import {
	begin, before, databaseName, event, inBackup,
} from './desk.ts';
import {labels, releaseTargetFinalizer} from '#shared/api/group.ts';
import {referenceOf} from '#shared/kube/object.ts';

const standalone = {kind: 'Neo4jEnterpriseStandalone', servers: 1} as const;
const recreate = 'CALL dbms.recreateDatabase($name, {seedingServers: $servers})';

test('on a standalone a database that was there is started, and the restore is completed', async t => {
	const setting = await begin(t, {target: standalone});
	await setting.nudge();
	const status = await setting.status();
	const {metadata} = await setting.restore();
	t.deepEqual(setting.changes(), ['START DATABASE `my-db`']);
	t.like(status, {phase: 'Completed', step: 'Completed', completionTime: '2026-11-20T02:00:00Z'});
	t.is(status.conditions?.find(({type}) => type === 'Ready')?.status, 'True');
	t.is(setting.transactions(), inBackup);
	t.false(metadata.finalizers?.includes(releaseTargetFinalizer) ?? false);
	t.deepEqual(setting.sent.map(({type}) => type), ['com.neo4j.restore.completed.v1']);
	t.deepEqual(await setting.told(), ['RestoreCompleted']);
});

test('[R-152] on a standalone a database that was not there is created, with its name quoted', async t => {
	const setting = await begin(t, {target: standalone, isThere: false});
	await setting.nudge();
	t.deepEqual(setting.changes(), ['CREATE DATABASE `my-db`']);
	t.is(setting.transactions(), inBackup);
	const status = await setting.status();
	t.is(status.phase, 'Completed');
});

test('on a cluster the restored data of server 0 wins over what the others have', async t => {
	const setting = await begin(t);
	await setting.nudge();
	t.deepEqual(setting.changes(), [recreate]);
	t.is(setting.transactions(), inBackup);
	const status = await setting.status();
	t.is(status.phase, 'Completed');
});

test('on a cluster a new database is on all servers, with the restored data, and people are told of the topology', async t => {
	const setting = await begin(t, {isThere: false});
	await setting.nudge();
	t.regex(setting.changes().join('\n'), /^CYPHER 5 CREATE DATABASE `my-db` TOPOLOGY 3 PRIMARIES OPTIONS \{existingData: 'use', existingDataSeedServer: '[^']+'\}$/v);
	t.is(setting.transactions(), inBackup);
	t.is(setting.dbms.find('my-db')?.servers.length, 3);
	const [told] = await setting.told('TopologyChosen');
	t.regex(told ?? '', /on 3 servers/v);
	const status = await setting.status();
	t.is(status.phase, 'Completed');
});

test('servers that were stopped are there again before the database is brought up, and the target is as before', async t => {
	const setting = await begin(t, {spec: {stopCluster: true}});
	await setting.nudge();
	t.like(await setting.restore(), {status: {step: 'Start', phase: 'Running', message: '0 of 3 servers of StatefulSet graph-server are ready'}});
	t.is(await setting.replicas(), 3);
	t.deepEqual(await setting.list('Pod'), [], 'the placeholder is gone');
	t.deepEqual(setting.changes(), []);

	await setting.setReady(2);
	await setting.handle(event('dev.knative.apiserver.resource.update', {apiversion: 'apps/v1', kind: 'StatefulSet', name: 'graph-server'}, {metadata: {labels: {[labels.restore]: 'back'}}}));
	t.like(await setting.restore(), {status: {step: 'Start'}});

	await setting.setReady(3);
	await setting.handle(event('dev.knative.apiserver.resource.update', {apiversion: 'apps/v1', kind: 'StatefulSet', name: 'graph-server'}, {metadata: {labels: {[labels.restore]: 'back'}}}));
	const status = await setting.status();
	t.is(status.phase, 'Completed');
	t.like(status.conditions?.find(({type}) => type === 'ClusterStopped'), {status: 'True', reason: 'ScaledUp'});
	t.deepEqual(setting.changes(), [recreate]);
	t.true(await setting.isReleased());
});

test('no server comes up while a Pod of the restore still runs, and after a while people are told', async t => {
	const setting = await begin(t, {spec: {stopCluster: true}});
	const pod = await setting.addPod('Running');
	await setting.nudge();
	t.is(await setting.replicas(), 0);
	const pods = await setting.list('Pod');
	t.deepEqual(pods.map(({metadata}) => metadata.name), ['back-restore-x7k2p', 'graph-server-0'], 'and the placeholder stays');
	t.deepEqual(await setting.told(), []);
	setting.advance(3);
	await setting.nudge();
	const told = await setting.told('RestorePodRuns');
	t.is(told.length, 1);
	t.is(await setting.replicas(), 0);
	const running = await setting.kube.get(referenceOf(pod));
	await setting.kube.replaceStatus({...running!, status: {phase: 'Succeeded'}} as typeof pod);
	await setting.nudge();
	t.is(await setting.replicas(), 3);
});

test('a number of servers that somebody has given meanwhile is left, unless it is smaller', async t => {
	for (const [found, afterwards] of [[5, 5], [3, 3], [1, 3]] as const) {
		const setting = await begin(t, {spec: {stopCluster: true}});
		await setting.kube.patch(referenceOf(await setting.statefulSet()), {spec: {replicas: found}});
		await setting.nudge();
		t.is(await setting.replicas(), afterwards);
	}
});

test('servers that do not come up for half an hour fail the restore, and the target is released all the same', async t => {
	const setting = await begin(t, {spec: {stopCluster: true}});
	await setting.nudge();
	await setting.setReady(2);
	setting.advance(31);
	await setting.nudge();
	const status = await setting.status();
	t.like(status, {phase: 'Failed', step: 'Start'});
	t.regex(status.message ?? '', /2 of 3 servers of StatefulSet graph-server are ready/v);
	t.is(await setting.replicas(), 3);
	t.true(await setting.isReleased());
	t.is(setting.transactions(), before, 'with what it held');
	t.regex(status.message ?? '', /is online again, with what it held$/v);
});

const jobFailed = {failure: {step: 'RestoreJob', reason: 'JobFailed', message: 'the Job failed'}} as const;

test('a database that was there is started again after a failed Job, with what the other servers hold', async t => {
	const setting = await begin(t, {status: jobFailed});
	await setting.nudge();
	const status = await setting.status();
	t.like(status, {phase: 'Failed', step: 'RestoreJob', message: 'The restore failed at RestoreJob: the Job failed. Database my-db is online again, with what it held'});
	t.is(status.conditions?.find(({type}) => type === 'Ready')?.reason, 'JobFailed');
	t.is(setting.transactions(), before);
	t.is(setting.changes().length, 1);
	t.deepEqual(setting.sent.map(({type}) => type), ['com.neo4j.restore.failed.v1']);
});

test('on a standalone nobody but the volume knows what the database holds after a failed Job, and the message says so', async t => {
	const setting = await begin(t, {target: standalone, isRestored: false, status: jobFailed});
	await setting.nudge();
	const status = await setting.status();
	t.is(status.phase, 'Failed');
	t.regex(status.message ?? '', /the Job failed\. Database my-db is online again, with what lies on its volume now/v);
	t.deepEqual(setting.changes(), ['START DATABASE `my-db`']);
	t.is(setting.transactions(), before);
});

test('after a failed Job nothing is created, and the servers come back', async t => {
	const setting = await begin(t, {isThere: false, spec: {stopCluster: true}, status: jobFailed});
	await setting.nudge();
	await setting.setReady(3);
	await setting.nudge();
	t.deepEqual(setting.changes(), []);
	t.like(await setting.restore(), {status: {phase: 'Failed', step: 'RestoreJob'}});
	t.is(await setting.replicas(), 3);
});

test('[R-146] a bring-up that Neo4j refuses fails the restore, with Neo4j\'s message', async t => {
	const setting = await begin(t, {target: {version: '2025.12.0'}});
	setting.dbms.compositeDatabase('other');
	await setting.kube.patch(referenceOf(await setting.restore()), {spec: {databaseName: 'other'}});
	setting.dbms.stopDatabase('other');
	await setting.nudge();
	const status = await setting.status();
	t.like(status, {phase: 'Failed', step: 'BringUp'});
	t.regex(status.message ?? '', /Neo4j refuses `CALL dbms\.recreateDatabase\(.*\)`: Recreate is not supported/v);
	t.true(await setting.isReleased());
});

test('[R-144] with one server on which the database is not online the restore is never completed', async t => {
	const setting = await begin(t);
	setting.dbms.breakStart(databaseName, setting.dbms.backupAddresses[2]!);
	await setting.nudge();
	t.like(await setting.restore(), {status: {phase: 'Running', step: 'AwaitOnline'}});
	setting.advance(3);
	await setting.nudge();
	const status = await setting.status();
	t.like(status, {phase: 'Failed', step: 'AwaitOnline'});
	t.regex(status.message ?? '', /graph-server-2\S* offline \(Unable to start database/v);
	t.is(setting.changes().length, 1);
});

test('[X-107] a database that is online without the restored data does not complete the restore', async t => {
	const setting = await begin(t, {target: standalone, isThere: false, isRestored: false});
	await setting.nudge();
	t.deepEqual(setting.changes(), ['CREATE DATABASE `my-db`'], 'an empty one was made');
	t.like(await setting.restore(), {status: {phase: 'Running', step: 'AwaitOnline'}});
	setting.advance(3);
	await setting.nudge();
	const status = await setting.status();
	t.is(status.phase, 'Failed');
	t.regex(status.message ?? '', /has not the data that was restored, up to transaction 9/v);
});

test('servers that are ready a moment before they can be reached are not left waiting for the next scan', async t => {
	const setting = await begin(t);
	await setting.dbms.setBolt('refuses');
	setting.meanwhile(async () => setting.dbms.setBolt('answers'));
	await setting.nudge();
	t.like(await setting.status(), {phase: 'Completed'});
});

test('a target that does not answer is waited for, and after half an hour fails the restore', async t => {
	const setting = await begin(t);
	await setting.dbms.setBolt('refuses');
	await setting.nudge();
	t.like(await setting.restore(), {status: {phase: 'Running', step: 'BringUp'}});
	await setting.dbms.setBolt('answers');
	await setting.nudge();
	t.like(await setting.restore(), {status: {phase: 'Completed'}});

	const other = await begin(t);
	await other.dbms.setBolt('refuses');
	await other.nudge();
	other.advance(31);
	await other.nudge();
	const status = await other.status();
	t.like(status, {phase: 'Failed', step: 'BringUp'});
	t.true(await other.isReleased());
});

test('a database of a cluster that somebody started too early fails the restore, and no old data is taken for the restored', async t => {
	const setting = await begin(t);
	setting.dbms.startDatabase(databaseName);
	await setting.nudge();
	t.deepEqual(setting.changes(), []);
	const status = await setting.status();
	t.like(status, {phase: 'Failed', step: 'BringUp'});
	t.is(status.conditions?.find(({type}) => type === 'Ready')?.reason, 'DatabaseWasStarted');
});

test('an event for another function, of another object or of another restore changes nothing', async t => {
	const setting = await begin(t, {target: standalone});
	const earlier = await setting.restore();
	await setting.handle(event('com.neo4j.reconcile.requested.v1', {handler: 'launch-restore'}));
	await setting.handle(event('com.neo4j.reconcile.requested.v1', {handler: 'restore-bringup', kind: 'Neo4jBackup'}));
	await setting.handle(event('com.neo4j.reconcile.requested.v1', {handler: 'restore-bringup', name: 'another'}));
	await setting.handle(event('dev.knative.apiserver.resource.update', {apiversion: 'apps/v1', kind: 'StatefulSet', name: 'graph'}, {metadata: {labels: {}}}));
	t.deepEqual(await setting.restore(), earlier);
});
