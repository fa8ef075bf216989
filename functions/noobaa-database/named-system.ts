import {reporter} from './deps.ts';
import {eventTypes} from '#shared/events/catalogue.ts';
import {namedObject} from '#shared/events/named-object.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';
import {type KubeObject, type Reference} from '#shared/kube/object.ts';
import {
	cnpgApiVersions, cnpgLabels, nooBaaKind, snapshotKind, systemOf,
} from '#shared/noobaa/objects.ts';

type Hint = Partial<KubeObject> & {readonly spec?: {readonly cluster?: {readonly name?: unknown}}};

/**
The NooBaa that an event may be about: named outright, or by the Cluster that the changed object is, or belongs to. It is a name to look for and no more; undefined for an event about anything else, or for another function.
*/
export const namedSystem = (event: ReceivedEvent): Reference | undefined => {
	const named = namedObject(event);
	if (!named?.namespace || (event.type === eventTypes.reconcileRequested && event.extensions['handler'] !== reporter)) {
		return undefined;
	}

	const name = named.apiVersion === nooBaaKind.apiVersion && named.kind === nooBaaKind.kind ? named.name : systemOf(clusterOf(named, event.data));
	return name === undefined || !/^[a-z0-9][a-z0-9.\-]*$/v.test(name) ? undefined : {...nooBaaKind, namespace: named.namespace, name};
};

const databaseVersions: ReadonlySet<string> = new Set([...cnpgApiVersions, snapshotKind.apiVersion]);

const clusterOf = ({apiVersion, kind, name}: Reference, data: unknown): string => {
	const {metadata, spec} = (data ?? {}) as Hint;
	const cluster = databaseVersions.has(apiVersion)
		? (kind === 'Cluster' ? name : metadata?.labels?.[cnpgLabels.cluster] ?? spec?.cluster?.name)
		: undefined;
	return typeof cluster === 'string' ? cluster : '';
};
