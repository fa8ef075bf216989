import {labels, restoreApiVersion} from '../api/group.ts';
import {namedObject} from '../events/named-object.ts';
import {type ReceivedEvent} from '../events/received-event.ts';
import {type KubeObject} from '../kube/object.ts';

/** What a label may be: the names of restores are as short (decision D33). */
const name = /^[a-z0-9][a-z0-9.\-]{0,62}$/v;

/**
The restore that an event is about: named outright, or by the label of the StatefulSet, or of the Job, that changed. Undefined for an event of something else.
*/
export const namedRestore = (event: ReceivedEvent): {readonly namespace: string; readonly name: string} | undefined => {
	const named = namedObject(event);
	if (named?.kind === 'Neo4jRestore' && named.apiVersion === restoreApiVersion) {
		return {namespace: named.namespace!, name: named.name};
	}

	const label = (event.data as Partial<KubeObject> | undefined)?.metadata?.labels?.[labels.restore];
	return (named?.kind === 'StatefulSet' || named?.kind === 'Job') && typeof label === 'string' && name.test(label)
		? {namespace: named.namespace!, name: label}
		: undefined;
};
