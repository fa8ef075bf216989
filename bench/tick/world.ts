import path from 'node:path';
import pMap from 'p-map';
import {applyManifests, readManifests} from '#local/manifests.ts';
import {applyTarget} from '#local/neo4j/target.ts';
import {backupApiVersion} from '#shared/api/group.ts';
import {toTime} from '#shared/api/conditions.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type Manifest} from '#shared/kube/object.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {observeSchedule} from '#shared/schedule/observed-schedule.ts';

const root = path.join(import.meta.dirname, '../..');

/** As tenants have them: each with a target of its own, of which a hundred databases are backed up when there are 10,000 Neo4jBackups. */
export const namespaces: readonly string[] = Array.from({length: 100}, (_, index) => `tenant-${index}`);

/**
Where the object of a number lies.
*/
export const namespaceOf = (index: number): string => namespaces[index % namespaces.length]!;

const never = '0 0 1 1 *';

/**
Kinds, namespaces, targets, and Neo4jBackups that are not due while the bench runs.
*/
export const createWorld = async (kube: KubeClient, count: number): Promise<void> => {
	await applyManifests(kube, [
		...await readManifests(path.join(root, 'crds')),
		...await readManifests(path.join(root, 'local/neo4j/crds.yaml')),
		...namespaces.map(name => ({apiVersion: 'v1', kind: 'Namespace', metadata: {name}})),
	], 'default');
	await served(kube);
	await pMap(namespaces, async namespace => {
		await applyTarget(kube, {
			kind: 'Neo4jEnterpriseCluster', namespace, name: 'production', servers: 3, version: '2025.12.0', password: 'a-long-password',
		});
		await kube.create<Manifest>({
			apiVersion: 'v1', kind: 'Secret', metadata: {name: 'bucket', namespace}, stringData: {AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_DEFAULT_REGION: 'us-east-1'},
		});
	}, {concurrency: 10});

	await pMap(Array.from({length: count}, (_, index) => index), async index => createBackup(kube, `idle-${index}`, index, never), {concurrency: 20});
};

const served = async (kube: KubeClient): Promise<void> => {
	while (!await kube.served(backupApiVersion, 'Neo4jBackup') || !await kube.served('neo4j.neo4j.com/v1beta1', 'Neo4jEnterpriseCluster')) {
		// Each look is a request, which is delay enough.
	}
};

/**
Neo4jBackups that are due at one minute of the day.
*/
export const createDueBackups = async (kube: KubeClient, count: number, instant: Date): Promise<void> => {
	await pMap(Array.from({length: count}, (_, index) => index), async index => createBackup(kube, `due-${index}`, index, `${instant.getUTCMinutes()} ${instant.getUTCHours()} * * *`), {concurrency: 20});
};

/**
A Neo4jBackup with the status that `launch-backup` gives to a schedule it has looked at.
*/
export const createBackup = async (kube: KubeClient, name: string, index: number, schedule: string): Promise<Neo4jBackup> => {
	const created = await kube.create<Neo4jBackup>({
		apiVersion: backupApiVersion,
		kind: 'Neo4jBackup',
		metadata: {name, namespace: namespaceOf(index)},
		spec: {
			target: {kind: 'Database', name, clusterRef: 'production'},
			storage: {
				type: 's3', bucket: 'backups', path: name, cloud: {provider: 'aws', credentialsSecretRef: 'bucket'},
			},
			schedule,
		},
	});
	const now = new Date();
	return kube.replaceStatus<Neo4jBackup>({
		...created, status: {
			observedGeneration: created.metadata.generation!, observedSchedule: observeSchedule(created, now), phase: 'Scheduled', message: `Scheduled at ${toTime(now)}`,
		},
	});
};
