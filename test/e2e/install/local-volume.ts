import {mkdir, rm} from 'node:fs/promises';
import path from 'node:path';
import {createAnew} from '../create-anew.ts';
import {type Cluster} from '../cluster/cluster.ts';
import {nodeName, places} from '../cluster/settings.ts';
import {type KubeClient} from '#shared/kube/client.ts';

export type LocalVolume = {
	/** For `storageClassName`: this volume is of it alone. */
	readonly storageClassName: string;
	/** What lies on the volume, as root of this machine sees it. */
	readonly folder: string;
	readonly remove: () => Promise<void>;
};

/**
A PersistentVolume of a cluster of ours, for one claim: a folder of the node that belongs to root, so that a Pod can write to it by its `fsGroup` alone.
*/
export const makeLocalVolume = async (kube: KubeClient, cluster: Cluster, name: string): Promise<LocalVolume> => {
	const folder = path.join(places(cluster.settings).temporary, name);
	// A run that was stopped in its middle may have left something.
	await rm(folder, {recursive: true, force: true});
	await mkdir(folder, {recursive: true, mode: 0o755});
	await createAnew(kube, {
		apiVersion: 'v1',
		kind: 'PersistentVolume',
		metadata: {name},
		spec: {
			capacity: {storage: '10Gi'},
			accessModes: ['ReadWriteOnce'],
			persistentVolumeReclaimPolicy: 'Retain',
			storageClassName: name,
			local: {path: folder},
			nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: 'kubernetes.io/hostname', operator: 'In', values: [nodeName]}]}]}},
		},
	});
	return {
		storageClassName: name,
		folder,
		async remove() {
			await kube.delete({apiVersion: 'v1', kind: 'PersistentVolume', name});
			await rm(folder, {recursive: true, force: true});
		},
	};
};
