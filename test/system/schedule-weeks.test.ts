import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {createCalendar} from '#test/functions/calendar.ts';
import {checkEvents} from '#test/functions/collected-events.ts';
import {runJobInProcess, type Workshop} from '#test/functions/job-in-process.ts';
import {backupManifest, startScenario} from '#test/functions/scenario.ts';
import {neo4jAdmin} from '#test/local/neo4j/run-neo4j-admin.ts';
import {foldersIn} from '#local/node/folders.ts';
import {toTime} from '#shared/api/conditions.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {openStore} from '#shared/stores/open.ts';

const name = 'daily-cluster-backup';
const databases = ['neo4j', 'system'];
const version = '2025.12.0';
const hour = 3_600_000;
const week = 7 * 24 * hour;
const firstSunday = Date.parse('2026-11-22T00:00:00Z');

/** Hours from one instant of the differential schedule to the next. With 1 this takes minutes. */
const every = Number(process.env['DIFFERENTIAL_HOURS'] ?? 6);

/** What a run must be that is due at that time. */
const typeAt = (time: number): string => (time - firstSunday) % week === 0 ? 'FULL' : 'DIFF';

const textOf = (time: number): string => toTime(new Date(time));

test(`${every === 1 ? '[X-004] ' : ''}through two weeks, with a FULL on Sunday and DIFFs in between from one Neo4jBackup, each database gets one chain a week, all in one directory, and where both are due the FULL alone runs`, async t => {
	t.timeout(20 * 60_000);
	const scenario = await startScenario(t, {runJobs: false, start: '2026-11-21T23:58:30Z', databases: ['neo4j']});
	const {apply, backup, clock, dbms, jobs, s3} = scenario;
	const {at, endJobs, names} = createCalendar(scenario);
	const workshop = await openWorkshop(t);
	await apply(backupManifest(s3, {
		storage: {type: 'pvc', path: 'production', pvc: {name: 'backups', size: '10Gi'}},
		schedules: [
			{name: 'differential', schedule: `0 ${every === 1 ? '*' : `*/${every}`} * * *`, backupType: 'DIFF'},
			{name: 'full', schedule: '0 0 * * 0', backupType: 'FULL'},
		],
	}));

	// The third Sunday shows where the second week ends.
	const due = Array.from({length: (2 * week / hour / every) + 1}, (_, index) => firstSunday + (index * every * hour));
	for (const [index, time] of due.entries()) {
		await at(textOf(time));
		const [job, ...others] = (await jobs() as readonly Job[]).filter(({status}) => !status?.conditions);
		t.deepEqual(others, []);
		await endJobs(await runJobInProcess(scenario, job!, workshop));
		const {status} = await backup(name);
		t.like(status?.history?.[0], {
			scheduledTime: textOf(time), backupType: typeAt(time), status: 'Succeeded', requested: databases, artifactCount: 2,
		});
		for (const database of databases) {
			dbms.write(database, 1 + (index % 3), 64);
		}

		await at(textOf(clock.now().getTime() + 60_000));
	}

	t.deepEqual(names(), due.map(time => `${name}-backup-${textOf(time).replaceAll(/\D/gv, '')}`));
	const claim = workshop.folders.claim('neo4j', 'backups');
	const {stdout} = await neo4jAdmin(['backup', 'inspect', path.join(claim, 'production'), '--empty', '--format=json'], {version});
	const artifacts = (JSON.parse(stdout) as readonly Inspected[]).toSorted((a, b) => a.time.localeCompare(b.time));
	for (const database of databases) {
		const own = artifacts.filter(artifact => artifact.database === database);
		t.deepEqual(own.map(({full}) => full ? 'FULL' : 'DIFF'), due.map(time => typeAt(time)), `${database}: a FULL on each Sunday, DIFFs in between`);
		t.deepEqual(brokenLinks(own), [], `${database}: each DIFF begins where its parent ends`);
	}

	const store = await openStore({type: 'pvc', path: 'production/', root: claim}, {});
	const {runs} = await readCatalogue(store);
	t.deepEqual(runs.map(({manifest: {scheduledTime, type}}) => `${textOf(Date.parse(scheduledTime!))} ${type}`).toSorted(), due.map(time => `${textOf(time)} ${typeAt(time)}`));
	await checkEvents(t, scenario);
});

type Job = KubeObject & {readonly status?: {readonly conditions?: readonly unknown[]}};

type Inspected = {readonly database: string; readonly time: string; readonly full: boolean; readonly lowestTx: number; readonly highestTx: number};

const brokenLinks = (artifacts: readonly Inspected[]): readonly Inspected[] => artifacts.filter(({full, lowestTx, highestTx}, index) => {
	const parent = artifacts[index - 1];
	return !full && (lowestTx !== (parent?.highestTx ?? 0) + 1 || highestTx < lowestTx);
});

const openWorkshop = async (t: ExecutionContext): Promise<Workshop> => {
	const state = await mkdtemp(path.join(tmpdir(), 'weeks-'));
	t.teardown(async () => rm(state, {recursive: true, force: true}));
	return {folders: foldersIn(state), version};
};
