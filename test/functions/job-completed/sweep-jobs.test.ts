import test, {type ExecutionContext} from 'ava';
import {reconcileEvent, startSetting, type Setting} from './setting.ts';
import {controllerReference, type KubeObject} from '#shared/kube/object.ts';

const began = '2026-11-20T02:06:00Z';

const jobOn = async ({kube}: Setting, claimName: string, metadata: Partial<KubeObject['metadata']>, status: Readonly<Record<string, unknown>>): Promise<void> => {
	const job = await kube.create({
		apiVersion: 'batch/v1',
		kind: 'Job',
		metadata: {namespace: 'neo4j', ...metadata},
		spec: {template: {spec: {restartPolicy: 'Never', containers: [{name: 'a', image: 'nobody-runs-this'}], volumes: [{name: 'storage', persistentVolumeClaim: {claimName}}]}}},
	} as unknown as KubeObject);
	await kube.replaceStatus({...job, status} as KubeObject);
};

/** A sweep Job on the claim `backups` that came to its deadline without a word. */
const withSweep = async (t: ExecutionContext, message?: string): Promise<Setting> => {
	const setting = await startSetting(t);
	const cr = await setting.backup();
	await setting.kube.patch({
		apiVersion: cr.apiVersion, kind: cr.kind, namespace: 'neo4j', name: 'daily',
	}, {spec: {retention: {maxCount: 1}}});
	await jobOn(setting, 'backups', {
		name: 'daily-sweep-1', labels: {'neo4j.com/backup': 'daily', 'app.kubernetes.io/component': 'sweep'}, ownerReferences: [controllerReference(cr)],
	}, {
		startTime: began, failed: 1, conditions: ['FailureTarget', 'Failed'].map(type => ({
			type, status: 'True', reason: message ?? 'DeadlineExceeded', message: 'Job was active longer than specified deadline', lastTransitionTime: '2026-11-20T02:16:00Z',
		})),
	});
	setting.setNow('2026-11-20T02:16:00Z');
	return setting;
};

const runOn = async (setting: Setting, claimName: string, status: Readonly<Record<string, unknown>>): Promise<void> =>
	jobOn(setting, claimName, {name: 'other-backup', labels: {'neo4j.com/backup': 'other', 'app.kubernetes.io/component': 'backup'}}, {startTime: '2026-11-20T01:00:00Z', ...status});

const sweepEvents = async ({list}: Setting): Promise<readonly string[]> => {
	const events = await list('v1', 'Event');
	return events.map(event => (event as KubeObject & {readonly reason: string}).reason).filter(reason => /Sweep|Volume/v.test(reason));
};

const endedAt = (time: string) => ({
	completionTime: time, conditions: ['SuccessCriteriaMet', 'Complete'].map(type => ({type, status: 'True', lastTransitionTime: time})),
});

const waits = async (t: ExecutionContext, status: Readonly<Record<string, unknown>>) => {
	const setting = await withSweep(t);
	await runOn(setting, 'backups', status);
	await setting.handle(reconcileEvent());
	const {status: {retention, conditions = []} = {}} = await setting.backup();
	t.regex(retention?.message ?? '', /^The sweep waits: .*PersistentVolumeClaim backups.*Job other-backup.*5 minutes$/v);
	t.is(retention?.nextSweepTime, '2026-11-20T02:21:00Z');
	t.false(conditions.some(({type}) => type === 'RetentionEnforced'));
	t.deepEqual(await sweepEvents(setting), []);
	const jobs = await setting.list('batch/v1', 'Job');
	t.false(jobs.some(({metadata}) => metadata.name === 'daily-sweep-1'), 'so that the next one can be made');
};

test('a sweep that did not get its volume, because a run of whatever CR is at work on it, has not failed: it waits', waits, {active: 1});
test('so has one behind a run that ended a moment ago', waits, endedAt('2026-11-20T02:15:50Z'));

const fails = async (t: ExecutionContext, prepare: (setting: Setting) => Promise<void>, message?: string) => {
	const setting = await withSweep(t, message);
	await prepare(setting);
	await setting.handle(reconcileEvent());
	const {status} = await setting.backup();
	t.like(status?.conditions?.find(({type}) => type === 'RetentionEnforced'), {status: 'False', reason: 'SweepJobFailed'});
	t.deepEqual(await sweepEvents(setting), ['SweepJobFailed']);
};

test('a sweep that came to its deadline while nobody was in its way has failed', fails, async () => undefined);
test('so it has when the run was at work on another volume', fails, async setting => runOn(setting, 'others', {active: 1}));
test('so it has when the run had ended before', fails, async setting => runOn(setting, 'backups', endedAt('2026-11-20T02:05:59Z')));
test('so it has when it failed in another way', fails, async setting => runOn(setting, 'backups', {active: 1}), 'BackoffLimitExceeded');
