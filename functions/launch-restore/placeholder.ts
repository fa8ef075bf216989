import {childLabels} from './child.ts';
import {restrictedContainer, restrictedPod} from '#shared/pods/restricted-pod.ts';
import {controllerReference, type KubeObject} from '#shared/kube/object.ts';
import {type StatefulSet} from '#shared/neo4j/target-object.ts';
import {type Neo4jRestore} from '#shared/restore/status.ts';

/** A namespace with a quota of processors or memory refuses Pods that do not say what they need. */
const size = {cpu: '1m', memory: '16Mi'} as const;

/**
A Pod that holds the name of server 0, so that nobody can start that server beside the restore (decision D51). It is gated from ever being scheduled, so that it runs nothing and needs no image; it lies outside of the StatefulSet's selector, and goes with the restore.
*/
export const placeholderPod = (restore: Neo4jRestore, {metadata: {name, namespace}}: StatefulSet, image: string): KubeObject & {readonly spec: Record<string, unknown>} => ({
	apiVersion: 'v1',
	kind: 'Pod',
	metadata: {
		name: `${name}-0`, namespace: namespace!, labels: childLabels(restore, 'placeholder'), ownerReferences: [controllerReference(restore)],
	},
	spec: {
		...restrictedPod('default'),
		schedulingGates: [{name: 'neo4j.com/restore-in-progress'}],
		containers: [{
			name: 'placeholder', image, resources: {requests: size, limits: size}, securityContext: restrictedContainer,
		}],
	},
});
