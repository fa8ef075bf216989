import {type SweepDependencies} from './deps.ts';
import {newSweepID} from './sweep-here.ts';
import {sweepJob} from './sweep-job.ts';
import {type SweepStorage} from './sweep-storage.ts';
import {childName, shortHash} from '#shared/api/names.ts';
import {type Owner} from '#shared/catalogue/manifest.ts';
import {AlreadyExistsError} from '#shared/errors.ts';
import {finalCondition} from '#shared/kube/final-condition.ts';
import {isControlledBy, referenceOf, type KubeObject} from '#shared/kube/object.ts';
import {present} from '#shared/present.ts';
import {type Purge} from '#shared/retention/purge.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

type JobObject = KubeObject & {readonly status?: {readonly conditions?: ReadonlyArray<{readonly type: string; readonly status: string; readonly message?: string}>}};

/**
Has a Job delete the backups of a CR that is being deleted, under the account of the CR. There is one; what it did is seen at the next look, and one that failed is made again.
*/
export const startPurgeJob = async ({kube, config}: SweepDependencies, backup: Neo4jBackup, {storage, owner}: {storage: SweepStorage; owner: Owner}): Promise<Purge> => {
	const now = await kube.now();
	const job = sweepJob({
		backup,
		storage,
		image: config.image,
		name: childName(backup.metadata.name, `purge-${shortHash(backup.metadata.uid!)}`),
		spec: {
			sweepID: newSweepID(now),
			location: storage.location,
			owner,
			timeZone: 'UTC',
			graceMs: config.graceMs,
			plannedAt: now.toISOString(),
			wantedRuns: [],
			purges: true,
			...present({retention: backup.spec.retention}),
		},
	});
	const {name} = job.metadata;
	const waiting = (reason: string): Purge => ({deleted: 0, stayed: [{name: `Job ${name}`, reason}]});
	try {
		await kube.create<KubeObject>(job);
		return waiting('it deletes the backups');
	} catch (error) {
		if (!(error instanceof AlreadyExistsError)) {
			throw error;
		}
	}

	const found = await kube.get<JobObject>(referenceOf(job));
	if (!found || !isControlledBy(found, backup)) {
		return waiting('a Job of this name that is not of this Neo4jBackup is in the way: delete it');
	}

	const end = finalCondition(found);
	if (end?.type === 'Complete') {
		return {deleted: 0, stayed: []};
	}

	if (end) {
		await kube.delete(referenceOf(job), {uid: found.metadata.uid!, propagationPolicy: 'Background'});
		return waiting(`it failed: ${end.message ?? 'see its log'}`);
	}

	return waiting('it deletes the backups');
};
