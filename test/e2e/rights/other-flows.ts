import {
	asked, manifest, ping, waitingJob, withStatus, type Flow, type Ground,
} from './flow.ts';
import {restoreManifest} from './restores.ts';
import {restoreApiVersion} from '#shared/api/group.ts';
import {controllerReference} from '#shared/kube/object.ts';

const started = '2026-03-10T12:00:00Z';

/** A CR with one run, and the Job of it. */
const withRun = async (ground: Ground, name: string, status: 'Running' | 'Failed'): Promise<void> => {
	const backup = await ground.create(manifest(name));
	const job = await ground.create(waitingJob(`${name}-backup`, {
		ownerReferences: [controllerReference(backup)], labels: {'neo4j.com/backup': name, 'app.kubernetes.io/component': 'backup'},
	}));
	await ground.kube.replaceStatus({
		...backup, status: {
			phase: 'Running', history: [{
				runID: 'a', jobName: `${name}-backup`, jobUID: job.metadata.uid, status, startTime: started, backupType: 'FULL', trigger: 'once', location: 's3://a/b/',
			}],
		},
	} as typeof backup);
};

/** A CR whose one run has lost its Job. */
const withLostRun = async (ground: Ground, name: string): Promise<void> => {
	await withStatus(ground, manifest(name), {
		phase: 'Running', history: [{
			runID: 'a', jobName: `${name}-backup`, jobUID: 'gone', status: 'Running', startTime: started, backupType: 'FULL', trigger: 'once', location: 's3://a/b/',
		}],
	});
};

const claimKind = {apiVersion: 'v1', kind: 'PersistentVolumeClaim'};
const claimOf = (name: string): string => `${name}-backup-temporary`;
const heldByTest = 'neo4j.com/test';

/** A CR whose one run has failed, and the claim that it staged on. */
const withClaim = async (ground: Ground, name: string, finalizers: readonly string[] = []): Promise<void> => {
	await withRun(ground, name, 'Failed');
	const backup = await ground.backup(name);
	await ground.create({
		...claimKind,
		metadata: {
			name: claimOf(name), finalizers, ownerReferences: [controllerReference(backup!)], labels: {'neo4j.com/backup': name, 'neo4j.com/run': 'a', 'app.kubernetes.io/component': 'temporary-storage'},
		},
		spec: {accessModes: ['ReadWriteOnce'], storageClassName: 'none', resources: {requests: {storage: '1Gi'}}},
	});
};

const hasNoClaim: Flow['isDone'] = async ({find}, name) => await find({...claimKind, name: claimOf(name)}) === undefined;

const has = (reason: string): Flow['isDone'] => async ({reasons}, name) => {
	const found = await reasons(name);
	return found.includes(reason);
};

const always = async (): Promise<boolean> => true;

const letter = (ground: Ground, name: string, kind: Readonly<Record<string, string>>) => {
	const event = asked(ground, name, 'launch-backup');
	return {...event, extensions: {...event.extensions, ...kind, knativeerrorcode: '422'}};
};

export const jobFlows: Readonly<Record<string, Flow>> = {
	'a run whose Job is lost': {
		rights: ['get neo4jbackups', 'update neo4jbackups/status', 'get jobs', 'create events'],
		async prepare(ground, name) {
			await withLostRun(ground, name);
			return asked(ground, name, 'job-completed');
		},
		isDone: has('JobLost'),
	},
	'a run that goes on': {
		rights: ['list pods'],
		async prepare(ground, name) {
			await withRun(ground, name, 'Running');
			return asked(ground, name, 'job-completed');
		},
		isDone: always,
	},
	'a run that was given up, and whose Job goes on': {
		rights: ['list jobs', 'delete jobs'],
		async prepare(ground, name) {
			await withRun(ground, name, 'Failed');
			return asked(ground, name, 'job-completed');
		},
		async isDone({find}, name) {
			const job = await find({apiVersion: 'batch/v1', kind: 'Job', name: `${name}-backup`});
			return job === undefined || job.metadata.deletionTimestamp !== undefined;
		},
	},
	'a Job of a restore': {
		rights: ['get neo4jrestores'],
		async prepare(ground, name) {
			await ground.create(restoreManifest(name));
			const event = asked(ground, `${name}-restore`, 'job-completed');
			return {...event, data: {metadata: {labels: {'neo4j.com/restore': name}}}, extensions: {...event.extensions, apiversion: 'batch/v1', kind: 'Job'}};
		},
		isDone: always,
	},
	'a run that staged on a claim of its own': {
		rights: ['list persistentvolumeclaims', 'delete persistentvolumeclaims'],
		async prepare(ground, name) {
			await withClaim(ground, name);
			return asked(ground, name, 'job-completed');
		},
		isDone: hasNoClaim,
	},
	'a claim that Kubernetes holds for the Pod of a run that has ended': {
		rights: ['patch persistentvolumeclaims'],
		async prepare(ground, name) {
			// Held by something else too, so that Kubernetes cannot be the faster one.
			await withClaim(ground, name, ['kubernetes.io/pvc-protection', heldByTest]);
			return asked(ground, name, 'job-completed');
		},
		async isDone({kube, namespace}, name) {
			const claim = {...claimKind, namespace, name: claimOf(name)};
			const found = await kube.get(claim);
			await kube.patch(claim, {metadata: {finalizers: null}});
			return found?.metadata.finalizers?.join(' ') === heldByTest;
		},
	},
};

export const tickFlows: Readonly<Record<string, Flow>> = {
	'a ping of a user\'s own': {
		rights: ['get neo4jbackups'],
		async prepare(ground, name) {
			await ground.create(manifest(name));
			return ping({namespace: ground.namespace, name});
		},
		isDone: always,
	},
	'a scan that finds a run': {
		rights: ['list neo4jbackups', 'list neo4jrestores', 'get jobs'],
		async prepare(ground, name) {
			await withLostRun(ground, name);
			return ping();
		},
		isDone: always,
	},
	'a scan that finds a backup overdue': {
		rights: ['create events', 'update neo4jbackups/status'],
		async prepare(ground, name) {
			await withStatus(ground, manifest(name, {schedule: '0 * * * *'}), {phase: 'Scheduled', lastScheduleTime: started, observedSchedule: {expression: '0 * * * * UTC', since: started}});
			return ping();
		},
		isDone: has('BackupOverdue'),
	},
};

export const letterFlows: Readonly<Record<string, Flow>> = {
	'an event about a Neo4jBackup': {
		rights: ['get neo4jbackups', 'create events'],
		async prepare(ground, name) {
			await ground.create(manifest(name));
			return letter(ground, name, {});
		},
		isDone: has('EventGivenUp'),
	},
	'an event about a Neo4jRestore': {
		rights: ['get neo4jrestores'],
		async prepare(ground, name) {
			await ground.create(restoreManifest(name));
			return letter(ground, name, {apiversion: restoreApiVersion, kind: 'Neo4jRestore'});
		},
		isDone: has('EventGivenUp'),
	},
	'an event about a Job': {
		rights: ['get jobs'],
		async prepare(ground, name) {
			await ground.create(waitingJob(name));
			return letter(ground, name, {apiversion: 'batch/v1', kind: 'Job'});
		},
		isDone: has('EventGivenUp'),
	},
};
