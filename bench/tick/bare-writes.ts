import pMap from 'p-map';
import {planScheduledRun} from './planned-run.ts';
import {createBackup, namespaceOf} from './world.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type Manifest} from '#shared/kube/object.ts';

/** Whose Job is written: the one that backs up, or one of a Pod that does nothing. */
export type JobKind = 'backup' | 'empty';

/**
The writes that a run cannot do without, and nothing else: one status of a Neo4jBackup and one Job, for each of `count`. Answers how long after the beginning of all each was done, in milliseconds.
*/
export const bareWrites = async (kube: KubeClient, count: number, {concurrency, jobs}: {readonly concurrency: number; readonly jobs: JobKind}): Promise<readonly number[]> => {
	const now = new Date();
	const runs = await pMap(Array.from({length: count}, (_, index) => index), async index => {
		const name = `bare-${jobs}-${index}`;
		const {stated, job} = await planScheduledRun(kube, await createBackup(kube, name, index, '0 0 1 1 *'), now);
		return {stated, job: jobs === 'backup' ? job : emptyJob(name, namespaceOf(index))};
	}, {concurrency});
	const started = performance.now();
	return pMap(runs, async ({stated, job}) => {
		await kube.replaceStatus(stated);
		await kube.create<Manifest>(job);
		return performance.now() - started;
	}, {concurrency});
};

const emptyJob = (name: string, namespace: string): Manifest => ({
	apiVersion: 'batch/v1',
	kind: 'Job',
	metadata: {name, namespace},
	spec: {template: {spec: {restartPolicy: 'Never', containers: [{name: 'nothing', image: 'localhost/nothing:1', command: ['nothing']}]}}},
});
