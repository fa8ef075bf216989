import {type Follow} from './follow.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';

/**
Objects that no API server has, in place of those that one is followed for: each with the namespace and the uid that it would be given.
*/
export const fixed = (manifests: readonly Manifest[], namespace: string): Follow => {
	const objects: readonly KubeObject[] = manifests.map(({metadata, ...manifest}) => ({
		...manifest, metadata: {namespace, uid: `${manifest.kind}/${metadata.name}`, ...metadata},
	}));
	return {started: Promise.resolve(), objects: () => objects, caughtUp: async () => undefined};
};
