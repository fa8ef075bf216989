import {setTimeout as delay} from 'node:timers/promises';
import {askJson, type Upstream} from './upstream.ts';
import {everyObject} from '#test/functions/every-object.ts';
import {type KubeObject} from '#shared/kube/object.ts';

/** What a real garbage collector and the other controllers take away when they are done. */
const theirs = new Set(['orphan', 'foregroundDeletion', 'kubernetes.io/pvc-protection']);

const metadataOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

const patienceMs = 60_000;

/**
Resolves when the real controllers have done what follows from what was deleted: no object is left whose owners are all gone, and none that they alone hold.
*/
export const untilCollected = async (upstream: Upstream): Promise<void> => {
	const deadline = Date.now() + patienceMs;
	for (let left = await uncollected(upstream); left.length > 0; left = await uncollected(upstream)) {
		if (Date.now() > deadline) {
			throw new Error(`The garbage collector has left, after ${patienceMs / 1000} seconds: ${left.map(({kind, metadata: {namespace, name}}) => `${kind} ${namespace}/${name}`).join(', ')}`);
		}

		await delay(50);
	}
};

const uncollected = async (upstream: Upstream): Promise<readonly KubeObject[]> => {
	const objects = await everyObject(async path => {
		const {body} = await askJson(upstream, path, metadataOnly);
		return body;
	});
	const uids = new Set(objects.map(({metadata}) => metadata.uid));
	const held = new Set(objects.filter(object => isHeld(object)).map(({metadata}) => metadata.namespace));
	return objects.filter(({kind, metadata: {name, ownerReferences = [], deletionTimestamp, finalizers = []}}) => {
		if (deletionTimestamp === undefined) {
			return ownerReferences.length > 0 && !ownerReferences.some(({uid}) => uids.has(uid));
		}

		return kind === 'Namespace' ? !held.has(name) : finalizers.length > 0 && finalizers.every(finalizer => theirs.has(finalizer));
	});
};

/** An object in deletion that waits for somebody else: a Pod for its node, any other for whoever has a finalizer on it. */
const isHeld = ({kind, metadata: {deletionTimestamp, finalizers = []}}: KubeObject): boolean =>
	deletionTimestamp !== undefined && (kind === 'Pod' || finalizers.some(finalizer => !theirs.has(finalizer)));
