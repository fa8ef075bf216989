import {randomBytes} from 'node:crypto';
import {type JobEvent} from './job-plan.ts';
import {type NodeContext} from './node-context.ts';
import {toTimestamp} from './workloads.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {toError} from '#shared/errors.ts';

/**
Writes an Event about an object, as that component of Kubernetes does. It is for the reader: a refusal is logged and goes no further.
*/
export const recordEvent = async ({client, now, log}: NodeContext, component: string, object: KubeObject, {type, reason, message}: JobEvent): Promise<void> => {
	const {metadata: {namespace = 'default', name, uid, resourceVersion}, apiVersion, kind} = object;
	const at = toTimestamp(now());
	const event = {
		apiVersion: 'v1',
		kind: 'Event',
		metadata: {namespace, name: `${name}.${randomBytes(8).toString('hex')}`},
		involvedObject: {
			apiVersion, kind, namespace, name, uid, resourceVersion,
		},
		type,
		reason,
		message,
		count: 1,
		firstTimestamp: at,
		lastTimestamp: at,
		source: {component},
		reportingComponent: component,
		reportingInstance: '',
	};
	try {
		await client.create(event);
	} catch (error) {
		log.debug({reason, error: toError(error).message}, 'an event was not written');
	}
};
