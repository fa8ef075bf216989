import test, {type ExecutionContext} from 'ava';
import {createCalendar} from '#test/functions/calendar.ts';
import {checkEvents, eventsOf, ownEvents} from '#test/functions/collected-events.ts';
import {
	backupManifest, bucket, startScenario, type Scenario,
} from '#test/functions/scenario.ts';
import {formatBytes} from '#shared/api/sizes.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {type BackupRun, type BackupStatus, type Neo4jBackup} from '#shared/runs/status.ts';

const name = 'daily-cluster-backup';

type JobStatus = {readonly startTime?: string; readonly completionTime?: string; readonly conditions?: ReadonlyArray<{readonly type: string; readonly lastTransitionTime: string}>};
type Job = KubeObject & {readonly status?: JobStatus};

/**
Every version that the CR and its Jobs ever had, as a watch shows them.
*/
const watchAll = ({runtime}: Scenario) => {
	const statuses: BackupStatus[] = [];
	const jobs = new Map<string, Job>();
	const stop = runtime.api.onChange(({object, type}) => {
		const {status} = object as unknown as Neo4jBackup;
		if (object.kind === 'Neo4jBackup' && status) {
			statuses.push(structuredClone(status));
		}

		if (object.kind === 'Job' && type !== 'DELETED') {
			jobs.set(object.metadata.name, structuredClone(object));
		}
	});
	return {statuses, jobs, stop};
};

const seconds = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;

const matchesJobAndStore = (t: ExecutionContext, run: BackupRun, {job, sizes}: {job: Job; sizes: ReadonlyMap<string, number>}) => {
	const artifacts = run.artifacts!.map(({name: artifact}) => sizes.get(artifact));
	t.deepEqual(artifacts, run.artifacts!.map(({size}) => size));
	const bytes = artifacts.reduce<number>((sum, size) => sum + size!, 0);
	const {startTime, completionTime} = job.status!;
	const duration = seconds(startTime!, completionTime!);
	t.true(duration > 60);
	t.like(run, {
		startTime, completionTime, status: 'Succeeded', jobName: job.metadata.name,
	});
	t.deepEqual(run.stats, {
		size: formatBytes(bytes), duration: `${Math.floor(duration / 60)}m${duration % 60}s`, throughput: `${formatBytes(bytes / duration)}/s`, fileCount: artifacts.length,
	});
	t.false('error' in run);
};

const isProper = (t: ExecutionContext, statuses: readonly BackupStatus[]) => {
	let [lastStatus, lastTransition] = ['', ''];
	for (const {conditions = []} of statuses) {
		for (const condition of conditions.filter(({type}) => type === 'Ready')) {
			t.regex(condition.status, /^(?:True|False|Unknown)$/v);
			t.regex(condition.reason, /^[A-Z][A-Za-z]+$/v);
			t.truthy(condition.message);
			t.is(condition.observedGeneration, 1);
			t.is(condition.lastTransitionTime !== lastTransition, condition.status !== lastStatus);
			[lastStatus, lastTransition] = [condition.status, condition.lastTransitionTime];
		}
	}
};

const developsProperly = (t: ExecutionContext, versions: readonly BackupRun[], final: string) => {
	t.deepEqual([...new Set(versions.map(({status}) => status))], ['Running', final]);
	for (const run of versions) {
		t.truthy(run.startTime);
		t.is(run.completionTime !== undefined, run.status !== 'Running');
		t.is(run.error !== undefined, run.status === 'Failed');
		t.is(run.stats !== undefined, run.status === 'Succeeded');
	}
};

test('[B-133] [B-135] [B-137] [B-138] [B-140] [B-142] [B-143] [B-144] [B-145] [B-146] [B-147] [B-148] [B-149] [B-150] [X-032] [X-113] [X-114] [X-115] [X-122] what status and events say of a good run, a failing one and a good one again', async t => {
	let faults = {};
	let advance = (): void => undefined;
	const scenario = await startScenario(t, {
		neo4jEnvironment() {
			advance();
			return {STAND_IN_FAULTS: JSON.stringify(faults)};
		},
	});
	const {apply, backup, clock, dbms, s3} = scenario;
	const {at} = createCalendar(scenario);
	advance = () => {
		clock.advance(82_500);
	};

	const {statuses, jobs, stop} = watchAll(scenario);
	const sizes = () => new Map(s3.objects(bucket, 'daily/').map(({key, size}) => [key.replace('daily/', ''), size]));
	await apply(backupManifest(s3, {schedule: '0 * * * *'}));

	await at('2026-11-20T02:00:00Z');
	const good = await backup(name);
	const [first] = good.status!.history!;
	matchesJobAndStore(t, first!, {job: jobs.get(first!.jobName!)!, sizes: sizes()});
	t.like(good.status, {
		phase: 'Scheduled', lastRunTime: first!.startTime, lastSuccessTime: first!.completionTime!, stats: first!.stats!,
	});
	t.like(first, {trigger: 'schedule', scheduledTime: '2026-11-20T02:00:00Z', jobName: `${name}-backup-20261120020000`});
	t.deepEqual(first!.artifacts!.map(({database}) => database).toSorted(), ['mydb', 'neo4j', 'system']);

	faults = {exit0WithNothing: true};
	await at('2026-11-20T03:00:00Z');
	const bad = await backup(name);
	const [second, ...rest] = bad.status!.history!;
	const failedJob = jobs.get(second!.jobName!)!;
	t.like(second, {
		status: 'Failed', reason: 'NothingBackedUp', startTime: failedJob.status!.startTime!, completionTime: failedJob.status!.conditions!.at(-1)!.lastTransitionTime,
	});
	t.regex(second!.error!, /^nothing was backed up: .* check that the databases exist and are online$/v);
	t.deepEqual(rest, [first!]);
	t.like(bad.status, {
		phase: 'Scheduled', lastRunTime: second!.startTime, lastSuccessTime: first!.completionTime!, stats: first!.stats!, nextRunTime: '2026-11-20T04:00:00Z', message: `The run ${second!.runID} failed: ${second!.error}`,
	});
	t.like(bad.status!.conditions!.find(({type}) => type === 'Ready'), {status: 'False', reason: 'NothingBackedUp', message: second!.error!});

	const events = await eventsOf(scenario, name);
	const told = events.filter(({message}) => message.includes(second!.runID!) || message.includes(second!.jobName!));
	t.deepEqual(told.map(({type, reason}) => `${type} ${reason}`).toSorted(), ['Normal BackupStarted', 'Warning NothingBackedUp']);

	faults = {};
	dbms.createDatabase('sales');
	await at('2026-11-20T04:00:00Z');
	const again = await backup(name);
	const [third] = again.status!.history!;
	t.is(third!.stats!.fileCount, 4, 'one more database than before');
	matchesJobAndStore(t, third!, {job: jobs.get(third!.jobName!)!, sizes: sizes()});
	t.like(again.status, {
		phase: 'Scheduled', lastRunTime: third!.startTime, lastSuccessTime: third!.completionTime!, stats: third!.stats!,
	});
	t.like(again.status!.conditions!.find(({type}) => type === 'Ready'), {status: 'True', reason: 'BackupSucceeded'});

	stop();
	isProper(t, statuses);
	for (const run of [first!, second!, third!]) {
		const versions = statuses.map(({history = []}) => history.find(({runID}) => runID === run.runID)).filter(version => version !== undefined);
		developsProperly(t, versions, run.status);
		const during = statuses.filter(({history = [], phase}) => phase === 'Running' && history[0]?.runID === run.runID && history[0]?.jobUID);
		t.true(during.length > 0);
		t.deepEqual([...new Set(during.map(({lastRunTime}) => lastRunTime))], [run.startTime]);
	}

	t.deepEqual(ownEvents(scenario).filter(({type}) => /\.(?:started|succeeded|failed)\./v.test(type)).map(({type, subject}) => [type, subject]), [first!, second!, third!].flatMap(({runID, status}) => [
		['com.neo4j.backup.started.v1', runID!], [`com.neo4j.backup.${status === 'Failed' ? 'failed' : 'succeeded'}.v1`, runID!],
	]));
	const succeeded = ownEvents(scenario, 'com.neo4j.backup.succeeded.v1');
	t.deepEqual(succeeded.map(({data}) => data['artifacts']), [first!, third!].map(({artifacts}) => artifacts!.map(({name: artifact, database, size, full}) => ({
		name: artifact, database, size, full,
	}))));
	t.like(ownEvents(scenario, 'com.neo4j.backup.failed.v1')[0]!.data, {
		runID: second!.runID, jobName: second!.jobName, reason: second!.reason, message: second!.error,
	});
	await checkEvents(t, scenario);
});
