import pMap from 'p-map';
import {createBackup, namespaceOf} from './world.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/**
The writes that a run cannot do without, and nothing else: one status of a Neo4jBackup and one Job, for each of `count`. Answers how long after the beginning of all each was done, in milliseconds.
*/
export const bareWrites = async (kube: KubeClient, count: number, concurrency: number): Promise<readonly number[]> => {
	const backups = await pMap(Array.from({length: count}, (_, index) => index), async index => createBackup(kube, `bare-${index}`, index, '0 0 1 1 *'), {concurrency});
	const started = performance.now();
	return pMap(backups, async (backup, index) => {
		await kube.replaceStatus<Neo4jBackup>({...backup, status: {...backup.status, message: 'A run is under way', phase: 'Running'}});
		await kube.create(job(index));
		return performance.now() - started;
	}, {concurrency});
};

const job = (index: number) => ({
	apiVersion: 'batch/v1',
	kind: 'Job',
	metadata: {name: `bare-${index}`, namespace: namespaceOf(index)},
	spec: {template: podTemplate},
});

/**
A Pod that does nothing, for Jobs that are only there to be counted.
*/
export const podTemplate = {spec: {restartPolicy: 'Never', containers: [{name: 'nothing', image: 'localhost/nothing:1', command: ['nothing']}]}};
