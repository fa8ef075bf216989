import pMap from 'p-map';
import {podTemplate} from './bare-writes.ts';
import {namespaceOf} from './world.ts';
import {type KubeClient} from '#shared/kube/client.ts';

/**
As many CronJobs of Kubernetes' own, all due at one minute.
*/
export const cronJobs = async (kube: KubeClient, count: number, instant: Date): Promise<void> => {
	await pMap(Array.from({length: count}, (_, index) => index), async index => kube.create({
		apiVersion: 'batch/v1',
		kind: 'CronJob',
		metadata: {name: `cron-${index}`, namespace: namespaceOf(index)},
		spec: {schedule: `${instant.getUTCMinutes()} ${instant.getUTCHours()} * * *`, timeZone: 'Etc/UTC', jobTemplate: {spec: {template: podTemplate}}},
	}), {concurrency: 20});
};
