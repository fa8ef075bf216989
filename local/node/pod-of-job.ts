import {randomInt} from 'node:crypto';
import {trackingFinalizer} from './job-count.ts';
import {type Job, type Pod} from './workloads.ts';
import {controllerReference} from '#shared/kube/object.ts';

/** The letters that Kubernetes uses for generated names. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/**
The next pod of a Job, as the Job controller makes it: its template with the Job's labels, a controller reference, the tracking finalizer and a generated name.
*/
export const podOfJob = (job: Job): Pod => {
	const {metadata, spec} = job.spec.template;
	const {name, namespace, uid = ''} = job.metadata;
	const generateName = `${name.slice(0, 57)}-`;
	return {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: {
			...metadata?.annotations && {annotations: metadata.annotations},
			generateName,
			name: `${generateName}${suffix()}`,
			...(namespace && {namespace}),
			labels: {
				...metadata?.labels,
				'batch.kubernetes.io/controller-uid': uid,
				'batch.kubernetes.io/job-name': name,
				'controller-uid': uid,
				'job-name': name,
			},
			ownerReferences: [controllerReference(job)],
			finalizers: [trackingFinalizer],
		},
		spec: spec!,
	};
};

const suffix = (): string => Array.from({length: 5}, () => alphabet[randomInt(alphabet.length)]).join('');
