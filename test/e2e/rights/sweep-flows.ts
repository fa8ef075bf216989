import {
	asked, backupApi, manifest, waitingJob, withStatus, type Flow, type Ground,
} from './flow.ts';
import {deleteBackupsFinalizer} from '#shared/api/group.ts';

const claim = {storage: {type: 'pvc', pvc: {name: 'backups'}}, retention: {maxCount: 1}};

const apply = (spec: Readonly<Record<string, unknown>>): Flow['prepare'] => async (ground, name) => {
	await ground.create(manifest(name, spec));
	return asked(ground, name, 'retention-sweep');
};

const hasSweepJob = async ({kube, namespace}: Ground, name: string): Promise<boolean> => {
	let count = 0;
	for await (const page of kube.list({apiVersion: 'batch/v1', kind: 'Job', namespace}, {labelSelector: `neo4j.com/backup=${name}`})) {
		count += page.length;
	}

	return count > 0;
};

export const sweepFlows: Readonly<Record<string, Flow>> = {
	'a sweep that a user has to mend': {
		rights: ['get neo4jbackups', 'update neo4jbackups/status', 'get secrets', 'get serviceaccounts', 'create events'],
		prepare: apply({
			storage: {
				type: 's3', bucket: 'neo4j-backups', path: 'a', cloud: {provider: 'aws', credentialsSecretRef: 'missing'},
			}, retention: {maxCount: 1},
		}),
		async isDone({backup}, name) {
			const found = await backup(name);
			return found?.status?.retention?.lastSweepTime !== undefined;
		},
	},
	'a sweep of a claim': {
		rights: ['get namespaces', 'create jobs', 'update neo4jbackups/finalizers'],
		prepare: apply(claim),
		isDone: hasSweepJob,
	},
	'a sweep of a claim whose Job is there already': {
		rights: ['get jobs'],
		times: 2,
		prepare: apply(claim),
		isDone: hasSweepJob,
	},
	'a CR that takes its backups with it': {
		rights: ['patch neo4jbackups'],
		prepare: apply({...claim, deletionPolicy: 'Delete'}),
		async isDone({backup}, name) {
			const found = await backup(name);
			return found?.metadata.finalizers?.includes(deleteBackupsFinalizer) ?? false;
		},
	},
	'a CR that is deleted with its backups, while a run goes on': {
		rights: ['delete jobs'],
		async prepare(ground, name) {
			await ground.create(waitingJob(`${name}-backup`));
			await withStatus(ground, manifest(name, {...claim, deletionPolicy: 'Delete'}, {finalizers: [deleteBackupsFinalizer]}), {
				phase: 'Running', history: [{
					runID: 'a', jobName: `${name}-backup`, status: 'Running', startTime: '2026-03-10T12:00:00Z',
				}],
			});
			await ground.kube.delete({...backupApi, namespace: ground.namespace, name});
			return asked(ground, name, 'retention-sweep');
		},
		async isDone({find}, name) {
			const job = await find({apiVersion: 'batch/v1', kind: 'Job', name: `${name}-backup`});
			return job === undefined || job.metadata.deletionTimestamp !== undefined;
		},
	},
};
