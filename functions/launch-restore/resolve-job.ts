import {childLabels, childMetadata} from './child.ts';
import {ownContainer} from './own-container.ts';
import {type Source} from './find-source.ts';
import {restrictedPod} from '#shared/pods/restricted-pod.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {type FoundStorage} from '#shared/pods/find-storage.ts';
import {keyVolume} from '#shared/pods/key-volume.ts';
import {present} from '#shared/present.ts';
import {type RestoreJobSpec} from '#shared/restore/restore-spec.ts';
import {type Neo4jRestore} from '#shared/restore/status.ts';
import {type RunEncryption} from '#shared/runs/run-spec.ts';

/** The generation of the manifest that a Job was made for. */
export const generationAnnotation = 'neo4j.com/generation';

/** Its Pod's start included: an image that is pulled, a volume that another Pod holds. */
const deadlineSeconds = 1800;

type Input = {
	readonly restore: Neo4jRestore;
	readonly source: Source;
	readonly storage: FoundStorage;
	readonly image: string;
	readonly encryption?: RunEncryption;
};

/**
The Job that looks for the backup, under the restore's own account (decision D41).
*/
export const resolveJob = ({restore, source, storage, image, encryption}: Input): KubeObject & {readonly spec: Record<string, unknown>} => {
	const {metadata} = restore;
	const labels = childLabels(restore, 'resolve');
	return {
		apiVersion: 'batch/v1',
		kind: 'Job',
		metadata: {...childMetadata(restore, 'resolve', 'resolve'), annotations: {[generationAnnotation]: String(metadata.generation)}},
		spec: {
			backoffLimit: 2,
			activeDeadlineSeconds: deadlineSeconds,
			ttlSecondsAfterFinished: 86_400,
			podReplacementPolicy: 'Failed',
			template: {
				metadata: {labels: {...labels, ...podLabels(storage)}},
				spec: {
					...restrictedPod(storage.serviceAccountName),
					containers: [ownContainer('resolve', {
						image, storage, spec: restoreJobSpec({
							restore, source, storage, ...present({encryption}),
						}), ...present({encryption}),
					})],
					volumes: [{name: 'tmp', emptyDir: {}}, ...storage.access.volumes, ...keyVolume(encryption)],
				},
			},
		},
	};
};

/**
The label by which Azure's webhook gives a Pod its workload identity.
*/
export const podLabels = ({location}: Pick<FoundStorage, 'location'>): Record<string, string> => location.type === 'azure' ? {'azure.workload.identity/use': 'true'} : {};

/**
What the containers of our own image are told of the restore.
*/
export const restoreJobSpec = ({restore: {metadata, spec}, source, storage, encryption}: Omit<Input, 'image'>): RestoreJobSpec => ({
	restore: `${metadata.namespace}/${metadata.name}`,
	uid: metadata.uid!,
	location: storage.location,
	database: spec.databaseName,
	wanted: spec.source.backupPath ? {kind: 'path', path: spec.source.backupPath} : {kind: 'newest'},
	...present({pointInTime: spec.source.pointInTime, backupRef: source.backupRef, encryption}),
});
