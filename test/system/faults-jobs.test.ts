import test from 'ava';
import {createCalendar} from '#test/functions/calendar.ts';
import {checkEvents, eventsOf} from '#test/functions/collected-events.ts';
import {
	backupManifest, bucket, startScenario, type Scenario,
} from '#test/functions/scenario.ts';
import {endJob, unreachable, type JobEnd} from '#test/functions/job-ends.ts';
import {formatBytes} from '#shared/api/sizes.ts';
import {referenceOf} from '#shared/kube/object.ts';
import {type Phase} from '#shared/runs/status.ts';

const name = 'daily-cluster-backup';
const readyOf = (status: Awaited<ReturnType<Scenario['backup']>>['status']) => status?.conditions?.find(({type}) => type === 'Ready');

test('[X-035] the outcome is right when the Pods are gone before it is recorded, and stats follow from the catalogue', async t => {
	const scenario = await startScenario(t, {chaos: ({attributes}, hop) => hop === 'source' && attributes['kind'] === 'Job' ? 'drop' : 'deliver'});
	const {apply, backup, runtime, s3} = scenario;
	const {until} = createCalendar(scenario);
	await apply(backupManifest(s3));
	const {status: open} = await backup(name);
	t.is(open?.phase, 'Running');
	for await (const pods of runtime.kube.list({apiVersion: 'v1', kind: 'Pod', namespace: 'neo4j'})) {
		t.is(pods.length, 1);
		await runtime.kube.delete(referenceOf(pods[0]!));
	}

	await until('2026-11-20T02:00:00Z');
	const {status} = await backup(name);
	const artifacts = s3.objects(bucket, 'daily/').filter(({key}) => key.endsWith('.backup'));
	const [run] = status!.history!;
	t.like(status, {phase: 'Completed', lastSuccessTime: run!.completionTime!, stats: run!.stats!});
	t.like(run, {status: 'Succeeded', artifactCount: 3});
	t.deepEqual(run!.artifacts!.map(({name: artifact}) => `daily/${artifact}`).toSorted(), artifacts.map(({key}) => key).toSorted());
	t.is(run!.stats?.size, formatBytes(artifacts.reduce((sum, {size}) => sum + size, 0)));
	t.is(run!.stats?.fileCount, 3);
	await checkEvents(t, scenario);
});

test('without its Pods a Job still says by its conditions how the run ended', async t => {
	const scenario = await startScenario(t, {runJobs: false});
	const {apply, backup, edit, s3} = scenario;
	const {endJobs} = createCalendar(scenario);
	await apply(backupManifest(s3));
	await endJobs({summary: false});
	const {status: succeeded} = await backup(name);
	t.like(succeeded, {phase: 'Completed', lastSuccessTime: '2026-11-20T02:00:00Z'});
	for (const [exitCode, outcome] of [[40, 'PartiallySucceeded'], [41, 'Failed']] as const) {
		await edit(name, {metadata: {annotations: {'neo4j.com/run-now': outcome}}});
		await endJobs({summary: false, exitCode});
		const {status} = await backup(name);
		t.is(status?.history?.[0]?.status, outcome);
		t.is(status?.lastSuccessTime, '2026-11-20T02:00:00Z');
	}

	await checkEvents(t, scenario);
});

test('[X-167] a Job deleted by hand is Failed JobLost; a Job that was never made is made', async t => {
	let refused = 0;
	const scenario = await startScenario(t, {
		runJobs: false,
		delay: async () => undefined,
		fault({method, path}) {
			return method === 'POST' && path.endsWith('/jobs') && refused-- > 0 ? {drop: true} : undefined;
		},
	});
	const {apply, backup, jobs, runtime, s3} = scenario;
	const {until, endJobs, names} = createCalendar(scenario);
	refused = 20;
	await apply(backupManifest(s3, {schedule: '0 * * * *'}));
	await until('2026-11-20T02:00:00Z');
	const {status: stated} = await backup(name);
	t.like(stated?.history?.[0], {status: 'Running', jobUID: undefined});
	t.deepEqual(await jobs(), []);
	refused = 0;
	await until('2026-11-20T02:02:00Z');
	const [made, ...more] = await jobs();
	t.deepEqual(more, []);
	const {status: running} = await backup(name);
	t.like(running?.history?.[0], {status: 'Running', jobUID: made!.metadata.uid!, jobName: `${name}-backup-20261120020000`});
	await endJobs();
	const {status: good} = await backup(name);
	t.like(good, {phase: 'Scheduled'});
	t.like(good?.history?.[0], {status: 'Succeeded'});

	await until('2026-11-20T03:00:00Z', 30);
	await runtime.kube.delete({
		apiVersion: 'batch/v1', kind: 'Job', namespace: 'neo4j', name: names().at(-1)!,
	});
	await runtime.settled();
	const {status: lost} = await backup(name);
	t.is(lost?.phase, 'Scheduled');
	t.like(lost?.history?.[0], {status: 'Failed', reason: 'JobLost'});
	t.like(readyOf(lost), {status: 'False', reason: 'JobLost'});
	await until('2026-11-20T03:03:00Z');
	t.is(names().length, 2);
	await checkEvents(t, scenario, {repeats: true});
});

type Pod = {readonly kind: string; readonly status?: {readonly initContainerStatuses?: ReadonlyArray<{readonly name: string; readonly state: {readonly running?: unknown}}>}};

/** Resolves once a container of that name runs. */
const containerRuns = async ({runtime}: Scenario, container: string): Promise<void> => {
	const {promise, resolve} = Promise.withResolvers<void>();
	const stop = runtime.api.onChange(({object}) => {
		const {kind, status} = object as unknown as Pod;
		if (kind === 'Pod' && status?.initContainerStatuses?.some(({name: other, state}) => other === container && state.running)) {
			resolve();
		}
	});
	await promise;
	stop();
};

test('[X-161] a Pod that cannot be pulled ends Failed after an hour, one that hangs at its timeout, and the schedule goes on', async t => {
	let faults = {};
	const scenario = await startScenario(t, {neo4jEnvironment: () => ({STAND_IN_FAULTS: JSON.stringify(faults)})});
	const {apply, backup, clock, jobs, runtime, s3} = scenario;
	const {until} = createCalendar(scenario);
	const setRepository = async (repo: string) => runtime.kube.patch({
		apiVersion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'production-cluster',
	}, {spec: {image: {repo}}});
	await setRepository('mirror.example.com/neo4j');
	await apply(backupManifest(s3, {schedule: '0 */2 * * *', options: {timeout: '3h'}}));
	await until('2026-11-20T02:16:00Z');
	const waiting = await eventsOf(scenario, name);
	t.regex(waiting.find(({reason}) => reason === 'BackupNotStarted')?.message ?? '', /nothing has run in a Pod of this run for 15 minutes: container backup cannot start: (?:ErrImagePull|ImagePullBackOff): .*image "mirror\.example\.com\/neo4j:2025\.12\.0-enterprise"; check the image of the target, and /v);
	await until('2026-11-20T03:01:00Z', 5);
	const {status} = await backup(name);
	t.like(status, {phase: 'Scheduled', nextRunTime: '2026-11-20T04:00:00Z'});
	t.like(status?.history?.[0], {status: 'Failed', reason: 'NotStarted'});
	t.deepEqual(await jobs(), []);

	await setRepository('neo4j');
	faults = {hang: true};
	const hanging = containerRuns(scenario, 'backup');
	clock.set('2026-11-20T04:00:00Z');
	await runtime.eventing.tick(clock.now());
	await hanging;
	clock.advance(3 * 60 * 60_000);
	// The Job controller looks at its deadline when the Job changes, or when a timer of the machine's clock ends.
	await runtime.kube.patch({
		apiVersion: 'batch/v1', kind: 'Job', namespace: 'neo4j', name: `${name}-backup-20261120040000`,
	}, {metadata: {annotations: {look: 'now'}}});
	await runtime.settled();
	const {status: hung} = await backup(name);
	t.like(hung?.history?.[0], {status: 'Failed', reason: 'TimedOut', jobName: `${name}-backup-20261120040000`});

	faults = {};
	await until('2026-11-20T08:00:00Z', 60);
	const {status: good} = await backup(name);
	t.like(good, {phase: 'Scheduled', nextRunTime: '2026-11-20T10:00:00Z'});
	t.like(good?.history?.[0], {status: 'Succeeded', scheduledTime: '2026-11-20T08:00:00Z'});
	// 06:00 came due while the hanging run went on, and 08:00 covers it.
	t.is(good?.history?.length, 3);
	await checkEvents(t, scenario);
});

type Failure = {
	readonly spec?: Readonly<Record<string, unknown>>;
	/** What becomes of its Job, if it gets one. */
	readonly end?: Omit<JobEnd, 'at'> | 'deleted' | 'never';
	readonly phase: Phase;
	readonly reasons: readonly string[];
	readonly message: RegExp;
};

const ended = (name: string, exitCode: number, reason: string) => ({
	name, image: 'nobody-runs-this', imageID: '', ready: false, restartCount: 0, state: {terminated: {exitCode, reason}},
});

const failures: Readonly<Record<string, Failure>> = {
	unreachable: {
		end: unreachable, phase: 'Failed', reasons: ['BackupFailed'], message: /connection refused; see kubectl logs job\/unreachable-backup$/v,
	},
	partial: {
		end: {exitCode: 40, summary: {outcome: 'partial', reason: 'PartiallySucceeded', message: '1 database backed up, 1 missing: mydb (is offline)'}}, phase: 'Failed', reasons: ['PartiallySucceeded'], message: /1 missing: mydb \(is offline\); see kubectl logs job\/partial-backup$/v,
	},
	slow: {
		end: {reason: 'DeadlineExceeded', summary: false}, phase: 'Failed', reasons: ['TimedOut'], message: /options\.timeout.*raise it/v,
	},
	evicted: {
		end: {reason: 'BackoffLimitExceeded', pod: {phase: 'Failed', reason: 'Evicted', message: 'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.'}}, phase: 'Failed', reasons: ['BackupFailed'], message: /^the Pod was ended: Evicted: Pod ephemeral local storage usage exceeds .*; give it room of its own with options\.tempStorage; see kubectl logs job\/evicted-backup$/v,
	},
	killed: {
		end: {reason: 'BackoffLimitExceeded', pod: {phase: 'Failed', initContainerStatuses: [ended('backup', 137, 'OOMKilled')]}}, phase: 'Failed', reasons: ['BackupFailed'], message: /^container backup ran out of memory \(OOMKilled\): raise options\.resources\.limits\.memory; see kubectl logs/v,
	},
	stranded: {
		end: {reason: 'BackoffLimitExceeded', pod: {phase: 'Failed', reason: 'NodeLost', message: 'Node node-7 which was running pod is unresponsive'}}, phase: 'Failed', reasons: ['BackupFailed'], message: /^the Pod was ended: NodeLost: Node node-7 which was running pod is unresponsive; see kubectl/v,
	},
	lost: {
		end: 'deleted', phase: 'Failed', reasons: ['JobLost'], message: /the annotation neo4j\.com\/run-now starts one at once$/v,
	},
	unstarted: {
		end: 'never', phase: 'Failed', reasons: ['BackupNotStarted', 'NotStarted'], message: /nothing has run in a Pod of this run for 6\d minutes: see kubectl describe/v,
	},
	nowhere: {
		spec: {target: {kind: 'Cluster', name: 'nowhere'}}, phase: 'Waiting', reasons: ['TargetNotFound'], message: /nowhere/v,
	},
	keyless: {
		spec: {storage: {type: 's3', bucket, cloud: {provider: 'aws', credentialsSecretRef: 'missing'}}}, phase: 'Waiting', reasons: ['CredentialsInvalid'], message: /missing/v,
	},
	staged: {
		spec: {options: {tempPath: '/tmp'}}, phase: 'Invalid', reasons: ['Invalid'], message: /^spec\.options\.tempPath: .*name a folder of its own/v,
	},
};

test('[X-054] each failure sets a condition with a reason and a remedy, and one Event, however often it is looked at', async t => {
	const scenario = await startScenario(t, {runJobs: false});
	const {apply, backup, jobs, clock, runtime, s3} = scenario;
	const {at, until} = createCalendar(scenario);
	for (const [cr, {spec}] of Object.entries(failures)) {
		await apply(backupManifest(s3, spec, cr));
	}

	for (const job of await jobs()) {
		const {end} = failures[job.metadata.labels!['neo4j.com/backup']!]!;
		if (end === 'deleted') {
			await runtime.kube.delete(referenceOf({...job, apiVersion: 'batch/v1', kind: 'Job'}));
		} else if (end && end !== 'never') {
			await endJob(runtime.kube, job, {at: clock.now(), ...end});
		}
	}

	await runtime.settled();
	await until('2026-11-20T02:15:00Z', 5);
	for (const [cr, {reasons}] of Object.entries(failures)) {
		const events = await eventsOf(scenario, cr);
		// Jobs that nobody runs leave no catalogue, which a sweep speaks of.
		const warnings = events.filter(({type, reason}) => type === 'Warning' && reason !== 'NoCatalogue');
		t.deepEqual([cr, ...warnings.map(({reason}) => reason)], [cr, reasons[0]!]);
	}

	await until('2026-11-20T02:55:00Z', 10);
	await at('2026-11-20T03:00:00Z');
	for (const [cr, {phase, reasons, message}] of Object.entries(failures)) {
		const {status} = await backup(cr);
		t.is(status?.phase, phase);
		t.like(readyOf(status), {status: 'False', reason: reasons.at(-1)!});
		t.regex(readyOf(status)!.message, message);
		t.regex(readyOf(status)!.reason, /^[A-Z][A-Za-z]+$/v);
		t.true(status!.message!.includes(readyOf(status)!.message));
	}

	await checkEvents(t, scenario);
});
