import pMap from 'p-map';
import {type TickDependencies} from './deps.ts';
import {finalizerWork} from './finalizer-work.ts';
import {launchWork} from './launch-work.ts';
import {openRunWork, type JobObject} from './open-run.ts';
import {overdueWork} from './overdue-work.ts';
import {createPlanReader} from './plan-reader.ts';
import {sweepWork} from './sweep-work.ts';
import {type BackupRunEntry, type Work} from './work.ts';
import {backupApiVersion} from '#shared/api/group.ts';
import {toError} from '#shared/errors.ts';
import {hasFinalizer} from '#shared/runs/finalizer.ts';
import {openRuns} from '#shared/runs/history.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {type SchedulePlan} from '#shared/schedule/entries.ts';

export type FoundWork = {readonly backup: Neo4jBackup; readonly work: Work};

/** Requests under way at once. */
const concurrency = 10;

/**
The one scan of the system: all Neo4jBackups, in pages, and one request per open run. It answers what is to be done, the longest-waiting first, and the API server's time; it never fails because of one CR, and has no effect.
*/
export const scan = async ({kube, log}: Pick<TickDependencies, 'kube' | 'log'>): Promise<{readonly found: readonly FoundWork[]; readonly now: Date}> => {
	const found: FoundWork[] = [];
	let now = new Date(0);
	const readPlan = createPlanReader();
	for await (const page of kube.list<Neo4jBackup>({apiVersion: backupApiVersion, kind: 'Neo4jBackup'})) {
		// The time of the answer that the page came in.
		const time = await kube.now();
		now = time;
		const live = page.filter(backup => !backup.metadata.deletionTimestamp || hasFinalizer(backup));
		const works = await pMap(live, async backup => {
			try {
				return await workOf(kube, backup, {plan: readPlan(backup.spec), now: time});
			} catch (error) {
				log.error({backup: `${backup.metadata.namespace}/${backup.metadata.name}`, error: toError(error).message}, 'this backup could not be looked at');
				return [];
			}
		}, {concurrency});
		found.push(...live.flatMap((backup, index) => works[index]!.map(work => ({backup, work}))));
	}

	return {found: found.toSorted((a, b) => a.work.waitingSince.getTime() - b.work.waitingSince.getTime()), now};
};

const workOf = async (kube: TickDependencies['kube'], backup: Neo4jBackup, {plan, now}: {readonly plan: SchedulePlan | undefined; readonly now: Date}): Promise<Work[]> => {
	const finalizer = finalizerWork(backup, now);
	if (backup.metadata.deletionTimestamp) {
		return finalizer ? [finalizer] : [];
	}

	const recorded = openRuns(backup.status?.history).filter(({jobUID}) => jobUID !== undefined);
	const runs = await pMap(recorded, async run => openRunWork(run, await jobOf(kube, backup, run), now), {concurrency: 2});
	// One look at a CR settles all its open runs.
	const run = runs.find(work => work !== undefined);
	// A sweep sees to the finalizer too.
	return [launchWork(backup, plan, now), run, finalizer ?? sweepWork(backup, now), overdueWork(backup, plan, now)].filter(work => work !== undefined);
};

const jobOf = async (kube: TickDependencies['kube'], {metadata: {namespace}}: Neo4jBackup, {jobName}: BackupRunEntry): Promise<JobObject | undefined> =>
	kube.get<JobObject>({
		apiVersion: 'batch/v1', kind: 'Job', namespace: namespace!, name: jobName!,
	});
