import {NotYetError} from '#shared/not-yet.ts';
import {AlreadyExistsError} from '#shared/errors.ts';
import {labels} from '#shared/api/group.ts';
import {bytesOf} from '#shared/api/quantity.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';
import {claimName} from '#shared/runs/claim-name.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

type Claim = KubeObject & {readonly spec?: {readonly resources?: {readonly requests?: {readonly storage?: string}}}};

/**
The claim that holds a CR's backups: the one it names, else one made for it. A missing one with a `size` is made, without an owner, so that it outlives the CR (decision D24); without a `size` the run waits for it. One that is smaller than the `size` is used as it is, and an Event says so.
*/
export const ensureStorageClaim = async (kube: KubeClient, backup: Neo4jBackup): Promise<string | undefined> => {
	const {metadata: {namespace}, spec: {storage}} = backup;
	if (storage.type !== 'pvc') {
		return undefined;
	}

	const name = claimName(backup);
	const found = await kube.get<Claim>({
		apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: namespace!, name,
	});
	if (found) {
		await warnOfSize(kube, backup, found);
		return name;
	}

	const {size, storageClassName} = storage.pvc ?? {};
	if (!size) {
		throw new NotYetError('ClaimNotFound', `PersistentVolumeClaim ${name} does not exist in namespace ${namespace}: create it, or set spec.storage.pvc.size to have it made`);
	}

	await createOnce(kube, claim({
		name, namespace: namespace!, size, ...(storageClassName && {storageClassName}),
	}));
	return name;
};

const createOnce = async (kube: KubeClient, manifest: Manifest): Promise<void> => {
	try {
		await kube.create(manifest);
	} catch (error) {
		if (!(error instanceof AlreadyExistsError)) {
			throw error;
		}
	}
};

const warnOfSize = async (kube: KubeClient, backup: Neo4jBackup, {metadata: {name}, spec}: Claim): Promise<void> => {
	const {size: wanted} = backup.spec.storage.pvc ?? {};
	const actual = spec?.resources?.requests?.storage;
	if (wanted && actual && bytesOf(actual)! < bytesOf(wanted)!) {
		await recordEvent(kube, backup, {
			type: 'Warning',
			reason: 'ClaimSmallerThanAsked',
			message: `PersistentVolumeClaim ${name} is there already with ${actual}, less than the ${wanted} of spec.storage.pvc.size: it is used as it is; enlarge it yourself`,
			cause: `${name} ${actual} ${wanted}`,
			reporter: 'launch-backup',
		});
	}
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
