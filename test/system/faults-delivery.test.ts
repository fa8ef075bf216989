import test, {type ExecutionContext} from 'ava';
import {createCalendar} from '#test/functions/calendar.ts';
import {checkEvents, eventsOf, ownEvents} from '#test/functions/collected-events.ts';
import {backupManifest, startScenario, type Scenario} from '#test/functions/scenario.ts';
import {type ChaosRule} from '#local/eventing/chaos.ts';
import {type BackupRun, type Phase} from '#shared/runs/status.ts';

/**
Everything that a user does and that becomes of it, each step with two heartbeats to come true in.
*/
const live = async (t: ExecutionContext, scenario: Scenario): Promise<void> => {
	const {apply, backup, edit, jobs, runtime, s3, clock} = scenario;
	const {at, startJobs, endJobs} = createCalendar(scenario);
	const step = async (cr: string, phase: Phase, last?: Partial<BackupRun>) => {
		for (let heartbeat = 1; heartbeat <= 2; heartbeat++) {
			await at(new Date((Math.floor(clock.now().getTime() / 60_000) + 1) * 60_000).toISOString());
		}

		const {status} = await backup(cr);
		t.like({...status?.history?.[0], phase: status?.phase}, {...last, phase});
	};

	await apply(backupManifest(s3, {}, 'once'));
	await step('once', 'Running', {trigger: 'once', jobName: 'once-backup'});
	await startJobs();
	await endJobs();
	await step('once', 'Completed', {status: 'Succeeded', artifactCount: 1});
	await edit('once', {spec: {options: {compress: false}}});
	await step('once', 'Running', {generation: 2, trigger: 'once'});
	await endJobs({
		exitCode: 41, summary: {
			outcome: 'failed', reason: 'BackupFailed', message: 'connection refused', artifacts: [],
		},
	});
	await step('once', 'Failed', {status: 'Failed', reason: 'BackupFailed'});

	await apply(backupManifest(s3, {schedule: '0 2 * * *'}, 'nightly'));
	await step('nightly', 'Scheduled');
	await at('2026-11-20T02:00:00Z');
	await step('nightly', 'Running', {trigger: 'schedule', jobName: 'nightly-backup-20261120020000'});
	await endJobs({
		exitCode: 40, summary: {
			outcome: 'partial', reason: 'PartiallySucceeded', missing: ['mydb'], missingCount: 1,
		},
	});
	await step('nightly', 'Scheduled', {status: 'PartiallySucceeded'});
	await edit('nightly', {metadata: {annotations: {'neo4j.com/run-now': 'again'}}});
	await step('nightly', 'Running', {trigger: 'run-now'});
	const running = await jobs();
	const {status} = await backup('nightly');
	const lost = running.find(({metadata}) => metadata.name === status?.history?.[0]?.jobName);
	await runtime.kube.delete({
		apiVersion: 'batch/v1', kind: 'Job', namespace: 'neo4j', name: lost!.metadata.name,
	});
	await runtime.settled();
	await step('nightly', 'Scheduled', {status: 'Failed', reason: 'JobLost'});
	await edit('nightly', {spec: {suspend: true}});
	await step('nightly', 'Suspended');
};

/** What is left to see, without times and without what follows from the uid. */
const traces = async (scenario: Scenario) => {
	const crs: Record<string, unknown> = {};
	for (const name of ['once', 'nightly']) {
		const {status} = await scenario.backup(name);
		const events = await eventsOf(scenario, name);
		crs[name] = {
			phase: status?.phase,
			message: status?.message?.replaceAll(/\d{14}(?:-\p{AHex}{8})?/gv, '<run>'),
			runs: status?.history?.map(run => [run.trigger, run.status, run.reason, run.backupType, run.artifactCount]),
			conditions: status?.conditions?.map(({type, status: value, reason}) => [type, value, reason]),
			events: events.map(({type, reason}) => `${type} ${reason}`).toSorted(),
		};
	}

	const told = ownEvents(scenario).filter(({type}) => /\.(?:started|succeeded|failed|overdue)\./v.test(type));
	return {crs, told: [...new Map(told.map(event => [event.id, event])).values()].map(({type, data}) => `${type} ${String(data['status'] ?? data['trigger'] ?? data['reason'])}`).toSorted()};
};

const start = '2026-11-20T01:40:30Z';

const isOfTheApiServer = (type: string | undefined) => type?.startsWith('dev.knative.apiserver.') ?? false;

const dropped: ChaosRule = (event, hop) => hop === 'source' && isOfTheApiServer(event.attributes['type']) ? 'drop' : 'deliver';

const mixedUp = (): ChaosRule => {
	let count = 0;
	return () => (['double', 'delay', 'deliver', 'delay', 'double'] as const)[count++ % 5]!;
};

test('[X-123] [X-124] all outcomes are the same, each step within two heartbeats, with every event of the ApiServerSources dropped, and with all events doubled, late and out of order', async t => {
	const expected = await tracesOf(t);
	for (const chaos of [dropped, mixedUp()]) {
		t.deepEqual(await tracesOf(t, chaos), expected);
	}
});

/** What a whole scenario leaves, which is over when this returns. */
const tracesOf = async (t: ExecutionContext, chaos?: ChaosRule): Promise<unknown> => {
	const ends: Array<() => unknown> = [];
	try {
		const scenario = await startScenario({
			teardown(end) {
				ends.unshift(end);
			},
		}, {runJobs: false, start, ...(chaos && {chaos})});
		await live(t, scenario);
		await checkEvents(t, scenario, {repeats: chaos !== undefined});
		return await traces(scenario);
	} finally {
		for (const end of ends) {
			await end();
		}
	}
};
