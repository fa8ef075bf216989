import test from 'ava';
import {
	begin, before, inBackup, startServer, type Begin,
} from '../../functions/restore-bringup/desk.ts';
import {referenceOf} from '#shared/kube/object.ts';
import {dropFinalizer} from '#shared/restore/finalizer.ts';

const standalone = {kind: 'Neo4jEnterpriseStandalone', servers: 1} as const;
const stopCluster = {spec: {stopCluster: true}} as const;

const steps: ReadonlyArray<readonly [step: string, given: Begin]> = [
	['Stop', {status: {step: 'Stop'}, isRestored: false, ...stopCluster}],
	['RestoreJob', {status: {step: 'RestoreJob'}, ...stopCluster}],
	['Start', {status: {step: 'Start'}, ...stopCluster}],
	['BringUp', {status: {step: 'BringUp'}}],
	['AwaitOnline', {status: {step: 'AwaitOnline', broughtUpAt: '2026-11-20T01:59:00Z'}}],
	['PostHooks', {status: {step: 'PostHooks', broughtUpAt: '2026-11-20T01:59:00Z'}}],
	['Completed', {status: {step: 'Completed', broughtUpAt: '2026-11-20T01:59:00Z'}}],
];

for (const [step, given] of steps) {
	test(`deleted at ${step}, a restore leaves its target with its servers, its database and released`, async t => {
		const setting = await begin(t, given);
		const isUp = given.status?.broughtUpAt !== undefined;
		if (isUp) {
			setting.dbms.recreateDatabase('my-db', {servers: [setting.dbms.backupAddresses[0]!]});
		}

		await setting.drop();
		await setting.nudge();
		t.true(await setting.isGone());
		t.true(await setting.isReleased());
		t.is(await setting.replicas(), 3);
		t.is(setting.dbms.find('my-db')?.status, 'online');
		t.is(setting.transactions(), isUp ? inBackup : before);
		t.deepEqual(await setting.list('Job'), []);
		t.is(setting.changes().length, isUp ? 0 : 1);
		t.deepEqual(await setting.told(), []);
	});
}

test('of two that let a deleted restore go at once the slower one has nothing to complain of', async t => {
	const setting = await begin(t);
	await setting.drop();
	const asBoth = await setting.restore();
	await setting.nudge();
	t.true(await setting.isGone());
	await t.notThrowsAsync(dropFinalizer(setting.kube, asBoth));
});

test('deleted before anything was stopped, a restore only releases its target', async t => {
	const setting = await begin(t, {status: {step: 'PreHooks'}, isRestored: false});
	await setting.drop();
	await setting.nudge();
	t.true(await setting.isGone());
	t.true(await setting.isReleased());
	t.deepEqual(setting.changes(), []);
});

test('deleted while its Pod writes, a restore ends the Job and starts no server before the Pod is gone', async t => {
	const setting = await begin(t, {status: {step: 'RestoreJob'}, ...stopCluster});
	const pod = await setting.addPod('Running');
	const reference = referenceOf(pod);
	await setting.kube.patch(reference, {metadata: {finalizers: ['test/holds']}});
	await setting.drop();
	await setting.nudge();
	t.false(await setting.isGone());
	t.is(await setting.replicas(), 0);
	t.false(await setting.isReleased());
	const pods = await setting.list('Pod');
	t.truthy(pods.find(({metadata}) => metadata.name === pod.metadata.name)?.metadata.deletionTimestamp);

	await setting.kube.patch(reference, {metadata: {finalizers: null}});
	await setting.nudge();
	t.true(await setting.isGone());
	t.is(await setting.replicas(), 3);
	t.true(await setting.isReleased());
});

test('a Pod that never ends holds a deleted restore for an hour, and then people are told what stayed', async t => {
	const setting = await begin(t, {status: {step: 'RestoreJob'}, ...stopCluster});
	const pod = await setting.addPod('Running');
	await setting.kube.patch(referenceOf(pod), {metadata: {finalizers: ['test/holds']}});
	await setting.drop();
	await setting.nudge();
	setting.advance(59);
	await setting.nudge();
	t.false(await setting.isGone());
	setting.advance(2);
	await setting.nudge();
	t.true(await setting.isGone());
	const [told] = await setting.told('TargetNotReleased');
	t.regex(told ?? '', /its Pod back-restore-x7k2p still runs .* give StatefulSet graph-server its 3 replicas/v);
	t.is(await setting.replicas(), 0);
});

test('servers that do not answer hold a deleted restore for half an hour, and then people are told that the database stays stopped', async t => {
	const setting = await begin(t, {status: {step: 'Start'}, ...stopCluster});
	await setting.dbms.setBolt('refuses');
	await setting.drop();
	await setting.nudge();
	t.false(await setting.isGone());
	t.is(await setting.replicas(), 3);
	setting.advance(31);
	await setting.nudge();
	t.true(await setting.isGone());
	t.true(await setting.isReleased());
	const [told] = await setting.told('DatabaseStaysStopped');
	t.regex(told ?? '', /database my-db could not be started again \(START DATABASE\): /v);
});

test('a target that is gone is no hindrance', async t => {
	const setting = await begin(t, {status: {step: 'Start'}, ...stopCluster});
	await setting.kube.delete(referenceOf(await setting.statefulSet()));
	await setting.kube.delete(referenceOf(await setting.holder()));
	await setting.drop();
	await setting.nudge();
	t.true(await setting.isGone());
});

test('a target that is gone fails a restore that goes on, and leaves nothing to do', async t => {
	const setting = await begin(t, {status: {step: 'Start'}, ...stopCluster});
	await setting.kube.delete(referenceOf(await setting.statefulSet()));
	await setting.nudge();
	t.like(await setting.restore(), {status: {phase: 'Failed', step: 'Start'}});
});

test('a deleted restore that has ended, or that another holds, is left alone', async t => {
	const setting = await begin(t, {target: standalone});
	await setting.nudge();
	await setting.kube.patch(referenceOf(await setting.restore()), {metadata: {finalizers: ['test/another']}});
	const changes = setting.changes().length;
	await setting.drop();
	await setting.nudge();
	t.false(await setting.isGone());
	t.is(setting.changes().length, changes);
});

test('killed before or after any of its writes, a deleted restore lets its target go all the same, by one statement', async t => {
	const beginAnew = await startServer(t);
	let killed = 0;
	for (const how of ['before', 'after'] as const) {
		for (let write = 1; ; write++) {
			const setting = await beginAnew({status: {step: 'Start'}, ...stopCluster});
			await setting.drop();
			if (!await setting.nudgeAndKill(write, how)) {
				break;
			}

			killed += 1;

			setting.advance(2);
			await setting.nudge();
			t.true(await setting.isGone(), `${how} ${write}`);
			t.is(setting.changes().length, 1, `${how} ${write}`);
			t.is(await setting.replicas(), 3);
			t.true(await setting.isReleased());
			await setting.close();
		}
	}

	t.true(killed > 10);
});
