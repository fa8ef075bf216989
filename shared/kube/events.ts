import {AlreadyExistsError} from '../errors.ts';
import {shortHash} from '../api/names.ts';
import {toTime} from '../api/conditions.ts';
import {type KubeClient} from './client.ts';
import {type KubeObject} from './object.ts';

export type NewEvent = {
	readonly type: 'Normal' | 'Warning';
	/** CamelCase word for machines. */
	readonly reason: string;
	/** A sentence for people, with the remedy. */
	readonly message: string;
	/** What makes this Event one of a kind: the run id, the generation. The same cause gives one Event however often it is seen. */
	readonly cause: string;
	/** The function that saw it. */
	readonly reporter: string;
};

/**
Records one Kubernetes Event on an object, once per cause and reason: its name is derived from them, so that a retry finds it already there.
*/
export const recordEvent = async (kube: KubeClient, regarding: KubeObject, event: NewEvent): Promise<void> => {
	const {apiVersion, kind, metadata: {name, namespace = 'default', uid, resourceVersion}} = regarding;
	const now = toTime(await kube.now());
	try {
		await kube.create({
			apiVersion: 'v1',
			kind: 'Event',
			metadata: {name: `${name}.${shortHash(uid ?? name, event.reason, event.cause)}`, namespace},
			involvedObject: {
				apiVersion, kind, name, namespace, uid, ...(resourceVersion && {resourceVersion}),
			},
			type: event.type,
			reason: event.reason,
			message: event.message.slice(0, 1024),
			source: {component: event.reporter},
			reportingComponent: event.reporter,
			reportingInstance: event.reporter,
			firstTimestamp: now,
			lastTimestamp: now,
			count: 1,
		} as KubeObject);
	} catch (error) {
		if (!(error instanceof AlreadyExistsError)) {
			throw error;
		}
	}
};
