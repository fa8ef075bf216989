import {type SweepDependencies} from './deps.ts';
import {startPurgeJob} from './purge-job.ts';
import {findSweepStorage} from './sweep-storage.ts';
import {workTime} from './work-time.ts';
import {type Owner} from '#shared/catalogue/manifest.ts';
import {ConfigurationError, toError} from '#shared/errors.ts';
import {type EventContext} from '#shared/events/host.ts';
import {clusterUID} from '#shared/kube/cluster-uid.ts';
import {type Reference} from '#shared/kube/object.ts';
import {present} from '#shared/present.ts';
import {purgeDirectory, type Purge} from '#shared/retention/purge.ts';
import {openRuns} from '#shared/runs/history.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {openStore} from '#shared/stores/open.ts';
import {StoreError} from '#shared/stores/store.ts';

/**
Deletes the backups of a CR that is being deleted, here or by a Job where the function cannot reach them. Runs that go on are ended first; what they wrote without a manifest stays. What cannot be done now is told, and tried again.
*/
export const purge = async (dependencies: SweepDependencies, backup: Neo4jBackup, {signal}: Pick<EventContext, 'signal'>): Promise<Purge & {readonly place: string}> => {
	const {kube} = dependencies;
	for (const {jobName} of openRuns(backup.status?.history)) {
		if (jobName !== undefined) {
			await kube.delete(jobReference(backup, jobName), {propagationPolicy: 'Background'});
		}
	}

	try {
		const storage = await findSweepStorage(dependencies, backup);
		const place = storage.claimName ?? `${storage.location.bucket}/${storage.location.path}`;
		const owner: Owner = {cluster: await clusterUID(kube), namespace: backup.metadata.namespace!, name: backup.metadata.name};
		if (!storage.secret) {
			return {...await startPurgeJob(dependencies, backup, {storage, owner}), place};
		}

		const store = await openStore(storage.location, storage.secret.credentials, {secretName: storage.secret.name, signal, ...present({authorities: storage.authorities?.text})});
		try {
			return {
				...await purgeDirectory({
					store, owner, versions: backup.spec.retention?.versions, isOver: workTime(dependencies, signal),
				}), place,
			};
		} finally {
			await store.close();
		}
	} catch (error) {
		if (error instanceof ConfigurationError || error instanceof StoreError) {
			return {deleted: 0, stayed: [{name: 'all of them', reason: toError(error).message}], place: 'their storage'};
		}

		throw error;
	}
};

const jobReference = ({metadata: {namespace}}: Neo4jBackup, name: string): Reference => ({
	apiVersion: 'batch/v1', kind: 'Job', namespace: namespace!, name,
});
