import pMap from 'p-map';
import {planScheduledRun} from './planned-run.ts';
import {createBackup, namespaceOf} from './world.ts';
import {type KubeClient} from '#shared/kube/client.ts';

/**
As many CronJobs of Kubernetes' own, all due at one minute, that make the Job of a backup.
*/
export const cronJobs = async (kube: KubeClient, count: number, instant: Date): Promise<void> => {
	const sample = await createBackup(kube, 'cron', 0, '0 0 1 1 *');
	const {job: {spec}} = await planScheduledRun(kube, sample, instant);
	await pMap(Array.from({length: count}, (_, index) => index), async index => kube.create({
		apiVersion: 'batch/v1',
		kind: 'CronJob',
		metadata: {name: `cron-${index}`, namespace: namespaceOf(index)},
		spec: {schedule: `${instant.getUTCMinutes()} ${instant.getUTCHours()} * * *`, timeZone: 'Etc/UTC', jobTemplate: {spec}},
	}), {concurrency: 20});
};
