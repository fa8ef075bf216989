import {NotYetError} from './not-yet.ts';
import {AlreadyExistsError} from '#shared/errors.ts';
import {labels} from '#shared/api/group.ts';
import {childName} from '#shared/api/names.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type Manifest} from '#shared/kube/object.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/**
The claim that holds a CR's backups: the one it names, else one made for it. A missing one with a `size` is made, without an owner, so that it outlives the CR (decision D24); without a `size` the run waits for it.
*/
export const ensureStorageClaim = async (kube: KubeClient, backup: Neo4jBackup): Promise<string | undefined> => {
	const {storage} = backup.spec;
	if (storage.type !== 'pvc') {
		return undefined;
	}

	const {name: given, size, storageClassName} = storage.pvc ?? {};
	const {namespace} = backup.metadata;
	const name = given ?? childName(backup.metadata.name, 'backup-storage');
	if (await kube.get({
		apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: namespace!, name,
	})) {
		return name;
	}

	if (!size) {
		throw new NotYetError('ClaimNotFound', `PersistentVolumeClaim ${name} does not exist in namespace ${namespace}: create it, or set spec.storage.pvc.size to have it made`);
	}

	try {
		await kube.create(claim({
			name, namespace: namespace!, size, ...(storageClassName && {storageClassName}),
		}));
	} catch (error) {
		if (!(error instanceof AlreadyExistsError)) {
			throw error;
		}
	}

	return name;
};

const claim = ({name, namespace, size, storageClassName}: {name: string; namespace: string; size: string; storageClassName?: string}): Manifest => ({
	apiVersion: 'v1',
	kind: 'PersistentVolumeClaim',
	metadata: {name, namespace, labels: {[labels.partOf]: 'neo4j-backup'}},
	spec: {
		accessModes: ['ReadWriteOnce'],
		resources: {requests: {storage: size}},
		...(storageClassName && {storageClassName}),
	},
});
