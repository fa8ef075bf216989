import test from 'ava';
import {
	argumentsOf, namesOf, oneShot, startDesk,
} from './desk.ts';
import {applyTarget} from '#local/neo4j/target.ts';
import {type Manifest} from '#shared/kube/object.ts';

const scheduled = {schedule: '0 2 * * *'};

test('[X-017] a new token starts one more run of a CR that is scheduled, has run or is suspended; the same one again starts none', async t => {
	const desk = await startDesk(t);
	const {apply, backup, runNow, finish, minutes, clock} = desk;
	const yearly = {schedule: '0 2 1 1 *'};
	const kinds = {scheduled: yearly, once: {}, suspended: {...yearly, suspend: true}};
	for (const [name, spec] of Object.entries(kinds)) {
		await apply(oneShot(name, spec));
		if (name === 'once') {
			await finish(name);
		}

		const before = await namesOf(desk, name);
		await runNow(name, 'a');
		const first = await namesOf(desk, name);
		t.is(first.length, before.length + 1, `${name}: a new token`);
		const {status} = await backup(name);
		t.like(status, {lastRunNow: 'a', phase: 'Running'});
		t.is(status?.history?.[0]?.trigger, 'run-now');
		await finish(name);
		await runNow(name, 'a');
		await minutes(2);
		const again = await namesOf(desk, name);
		t.deepEqual(again.filter(job => !first.includes(job)), [], `${name}: the same token`);
		clock.advance(1000);
		await runNow(name, 'b');
		const second = await namesOf(desk, name);
		t.is(second.filter(job => !first.includes(job)).length, 1, `${name}: another token`);
		await finish(name);
	}

	const {status} = await backup('suspended');
	t.is(status?.phase, 'Suspended');
});

test('[X-166] a token never fires twice, not after the history and the Jobs of its run are gone either', async t => {
	const desk = await startDesk(t);
	const {apply, backup, runNow, finish, clock, minutes, runtime: {kube}} = desk;
	await apply(oneShot('daily', {schedule: '0 2 1 1 *'}));
	await runNow('daily', 'first');
	await finish('daily');
	const {status} = await backup('daily');
	const firstRun = status!.history![0]!.runID;
	for (let number = 0; number < 11; number++) {
		clock.advance(1000);
		await runNow('daily', `later-${number}`);
		await finish('daily');
	}

	const later = await backup('daily');
	t.false(later.status!.history!.some(({runID}) => runID === firstRun));
	for (const name of await namesOf(desk, 'daily')) {
		await kube.delete({
			apiVersion: 'batch/v1', kind: 'Job', namespace: 'neo4j', name,
		});
	}

	await runNow('daily', 'later-10');
	await minutes(3);
	t.deepEqual(await namesOf(desk, 'daily'), []);
	const {status: after} = await backup('daily');
	t.is(after?.history?.length, 10);
});

test('after a restore by hand a new chain begins as docs/restore.md says: nothing else runs before its FULL has succeeded', async t => {
	const desk = await startDesk(t);
	const {apply, backup, edit, finish, jobsOf, minutes, runNow, runtime: {kube}} = desk;
	const types: string[] = [];
	const run = async () => {
		const jobs = await jobsOf('hourly');
		types.push(argumentsOf(jobs.at(-1)!).find(argument => argument.startsWith('--type='))!);
		await finish('hourly');
	};

	await apply(oneShot('hourly', {schedule: '* * * * *', options: {backupType: 'DIFF'}}));
	await minutes(1);
	await run();
	await minutes(1);
	await run();
	await edit('hourly', {spec: {suspend: true}});
	await minutes(2);
	await kube.patch({
		apiVersion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', namespace: 'neo4j', name: 'hourly',
	}, {status: {nextBackupType: 'FULL'}}, {subresource: 'status'});
	await runNow('hourly', 'restored');
	await run();
	const {status} = await backup('hourly');
	t.like(status, {phase: 'Suspended', nextBackupType: undefined, history: {0: {backupType: 'FULL', status: 'Succeeded', trigger: 'run-now'}, length: 3}});
	await edit('hourly', {spec: {suspend: false}});
	await minutes(2);
	await run();
	t.deepEqual(types, ['--type=FULL', '--type=DIFF', '--type=FULL', '--type=DIFF']);
});

const foreignJob = (name: string): Manifest => ({
	apiVersion: 'batch/v1',
	kind: 'Job',
	metadata: {name, labels: {app: 'somebody-elses'}},
	spec: {template: {spec: {restartPolicy: 'Never', containers: [{name: 'x', image: 'x'}]}}},
});

test('[X-021] a foreign Job of that name is neither adopted nor touched; an Event says so, and the schedule goes on', async t => {
	const desk = await startDesk(t);
	const {apply, backup, minutes, eventsOf, jobs, clock} = desk;
	await apply(foreignJob('daily-backup-20261120020000'));
	const [before] = await jobs();
	await apply(oneShot('daily', scheduled));
	await minutes(2);
	t.deepEqual(await jobs(), [before!]);
	const events = await eventsOf('daily', 'JobNameTaken');
	t.is(events.length, 1);
	t.regex(events[0]!.message, /daily-backup-20261120020000 .*left alone/v);
	const {status} = await backup('daily');
	t.like(status?.history?.[0], {status: 'Failed', reason: 'JobNameTaken', scheduledTime: '2026-11-20T02:00:00Z'});
	t.is(status?.phase, 'Scheduled');
	clock.set('2026-11-21T01:59:00Z');
	await minutes(1);
	t.deepEqual(await namesOf(desk, 'daily'), ['daily-backup-20261121020000']);
});

test('a Job of an earlier CR of the same name is awaited, not refused', async t => {
	const desk = await startDesk(t);
	const {apply, minutes, backup, jobs, runtime: {kube, settled}} = desk;
	const reference = {
		apiVersion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', namespace: 'neo4j', name: 'once',
	};
	const job = {
		apiVersion: 'batch/v1', kind: 'Job', namespace: 'neo4j', name: 'once-backup',
	};
	await apply(oneShot('once'));
	await kube.patch(job, {metadata: {finalizers: ['example.com/slow']}});
	await kube.delete(reference);
	await settled();
	await kube.create({...oneShot('once'), metadata: {name: 'once', namespace: 'neo4j'}});
	await minutes(2);
	const {status} = await backup('once');
	t.like(status, {phase: 'Running', history: [{status: 'Running'}]});
	t.is(status?.history?.[0]?.jobUID, undefined);
	const [old] = await jobs();
	t.truthy(old?.metadata.deletionTimestamp);
	await kube.patch(job, {metadata: {finalizers: []}});
	await minutes(2);
	const [made, ...others] = await jobs();
	t.deepEqual(others, []);
	const {metadata: {uid}, status: after} = await backup('once');
	t.is(made?.metadata.ownerReferences?.[0]?.uid, uid);
	t.is(after?.history?.[0]?.jobUID, made?.metadata.uid);
});

test('a run that was stated before its CR became invalid is given up, and nothing starts', async t => {
	let isDead = true;
	const desk = await startDesk(t, {fault: ({method, path}) => isDead && method === 'POST' && path.endsWith('/jobs') ? {drop: true} : undefined});
	const {apply, minutes, backup, edit} = desk;
	await apply(oneShot('daily', scheduled));
	await minutes(2);
	await edit('daily', {spec: {options: {tempPath: '/tmp'}}});
	isDead = false;
	await minutes(2);
	t.deepEqual(await namesOf(desk, 'daily'), []);
	const {status} = await backup('daily');
	t.like(status, {phase: 'Invalid', history: {length: 1, 0: {status: 'Failed', reason: 'Invalid'}}});
});

test('a Job that may not be created is tried again for an hour, and an Event says so', async t => {
	const desk = await startDesk(t, {fault: ({method, path}) => method === 'POST' && path.endsWith('/jobs') ? {status: 403} : undefined});
	const {apply, minutes, backup, eventsOf, clock} = desk;
	await apply(oneShot('daily', scheduled));
	await minutes(2);
	clock.set('2026-11-20T02:58:30Z');
	await minutes(1);
	const {status: during} = await backup('daily');
	t.is(during?.phase, 'Running');
	const events = await eventsOf('daily', 'Forbidden');
	t.is(events.length, 1);
	await minutes(1);
	const {status} = await backup('daily');
	t.like(status, {phase: 'Scheduled', history: {length: 1, 0: {status: 'Failed', reason: 'Forbidden'}}});
});

test('[X-165] the location cannot be edited; an edit of anything else during a run changes the next run only', async t => {
	const desk = await startDesk(t);
	const {apply, edit, jobsOf, jobOf, minutes, finish, clock} = desk;
	await apply(oneShot('daily', scheduled));
	await apply(oneShot('on-a-claim', {...scheduled, storage: {type: 'pvc', pvc: {name: 'claim'}}}), oneShot('in-azure', {...scheduled, storage: {type: 'azure', bucket: 'backups', cloud: {storageAccount: 'account'}}}));
	for (const [name, field, storage] of [
		['daily', 'type', {type: 'pvc', pvc: {name: 'elsewhere'}}],
		['daily', 'bucket', {bucket: 'elsewhere'}],
		['daily', 'path', {path: 'elsewhere'}],
		['on-a-claim', 'pvc.name', {pvc: {name: 'elsewhere'}}],
		['in-azure', 'cloud.storageAccount', {cloud: {storageAccount: 'elsewhere'}}],
	] as const) {
		await t.throwsAsync(edit(name, {spec: {storage}}), {message: new RegExp(String.raw`spec\.storage\.${RegExp.escape(field)}: .*cannot be changed`, 'v')}, `${field} stays`);
	}

	await minutes(2);
	const before = await jobOf('daily');
	await edit('daily', {spec: {options: {compress: false, backupType: 'FULL'}}});
	await minutes(1);
	t.deepEqual(await jobOf('daily'), before);
	await finish('daily');
	clock.set('2026-11-21T01:59:30Z');
	await minutes(1);
	const [, second] = await jobsOf('daily');
	t.like(argumentsOf(second!).filter(word => /^--(?:type|compress)/v.test(word)), ['--type=FULL', '--compress=false']);
});

test('a target that was made anew under its name is backed up by a FULL first, whatever is asked for', async t => {
	const desk = await startDesk(t);
	const {apply, runtime: {kube, settled}, jobsOf, runNow, finish, clock} = desk;
	await apply(oneShot('daily', {schedule: '0 2 1 1 *', options: {backupType: 'DIFF'}}));
	const types: string[] = [];
	const run = async (token: string) => {
		clock.advance(60_000);
		await runNow('daily', token);
		const jobs = await jobsOf('daily');
		types.push(...argumentsOf(jobs.at(-1)!).filter(word => word.startsWith('--type=')));
		await finish('daily', {summary: {storage: {restorePoints: 1, bytes: 4096}}});
	};

	await run('first');
	await run('second');
	await kube.delete({
		apiVersion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'production-cluster',
	});
	await applyTarget(kube, {
		kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'production-cluster', servers: 3, version: '2025.12.0', password: 'a-long-password',
	});
	await settled();
	await run('third');
	await run('fourth');
	t.deepEqual(types, ['--type=FULL', '--type=DIFF', '--type=FULL', '--type=DIFF']);
	const events = await desk.eventsOf('daily', 'ChainStarted');
	t.true(events.some(({message}) => message.includes('the target was made anew since the last backup')));
});

const cronJob: Manifest = {
	apiVersion: 'batch/v1',
	kind: 'CronJob',
	metadata: {name: 'by-cronjob-backup-cron'},
	spec: {schedule: '0 2 * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: 'Never', containers: [{name: 'x', image: 'x'}]}}}}},
};

test('[X-152] a CR that another controller also runs gets AnotherController and no Job, by its finalizer or its CronJob', async t => {
	const desk = await startDesk(t);
	await desk.apply(cronJob);
	await desk.apply(oneShot('by-finalizer', {}, {finalizers: ['neo4j.neo4j.com/backup-finalizer']}), oneShot('by-cronjob'), oneShot('scheduled', scheduled, {finalizers: ['neo4j.neo4j.com/backup-finalizer']}));
	await desk.minutes(2);
	for (const [name, cause] of [['by-finalizer', 'neo4j.neo4j.com/backup-finalizer'], ['by-cronjob', 'by-cronjob-backup-cron'], ['scheduled', 'neo4j.neo4j.com/backup-finalizer']] as const) {
		t.deepEqual(await namesOf(desk, name), []);
		const {status} = await desk.backup(name);
		t.is(status?.phase, 'Invalid');
		t.like(status?.conditions?.find(({type}) => type === 'Ready'), {status: 'False', reason: 'AnotherController'});
		t.true(status?.message?.includes(cause));
		const events = await desk.eventsOf(name, 'AnotherController');
		t.is(events.length, 1);
	}
});

test('what the API server refuses as a Job ends the run at once and says why', async t => {
	const desk = await startDesk(t, {fault: ({method, path}) => method === 'POST' && path.endsWith('/jobs') ? {status: 422} : undefined});
	await desk.apply(oneShot('daily'));
	t.deepEqual(await namesOf(desk, 'daily'), []);
	const {status} = await desk.backup('daily');
	t.like(status?.history?.[0], {status: 'Failed', reason: 'JobRefused'});
	t.is(status?.phase, 'Failed');
});

test('what this release does not do yet is refused before the Job rather than left out', async t => {
	const desk = await startDesk(t);
	const refused = {
		beside: {execution: 'Sidecar', storage: {type: 's3', bucket: 'neo4j-backups'}},
	};
	for (const [name, spec] of Object.entries(refused)) {
		await desk.apply(oneShot(name, spec));
		t.deepEqual(await namesOf(desk, name), []);
		const {status} = await desk.backup(name);
		t.is(status?.phase, 'Invalid');
		t.regex(status?.message ?? '', /^spec\.execution/v);
	}
});
