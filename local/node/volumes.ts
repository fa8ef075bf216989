import {Buffer} from 'node:buffer';
import {existsSync} from 'node:fs';
import {mkdir, rm, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {type V1KeyToPath, type V1Volume, type V1VolumeProjection} from '@kubernetes/client-node';
import {type Folders} from './folders.ts';
import {ContainerConfigError, type Lookups} from './lookups.ts';
import {type Mount} from './mount-paths.ts';
import {podField} from './pod-field.ts';
import {type Container, type Pod} from './workloads.ts';

const defaultTerminationLog = '/dev/termination-log';

/**
Lays out the volumes of a pod as folders. A Secret or ConfigMap that is missing and not optional, and a kind of volume that the node does not know, is a `ContainerConfigError` with the kubelet's words.
*/
export const prepareVolumes = async (pod: Pod, folders: Folders, lookups: Lookups): Promise<void> => {
	for (const volume of pod.spec.volumes ?? []) {
		const folder = volumeFolder(pod, volume, folders);
		await mkdir(folder, {recursive: true});
		try {
			for (const [path, data] of await volumeFiles(pod, volume, lookups)) {
				await mkdir(dirname(join(folder, path)), {recursive: true});
				await writeFile(join(folder, path), data);
			}
		} catch (error) {
			throw error instanceof ContainerConfigError ? new ContainerConfigError(`MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`) : error;
		}
	}
};

/**
The mounts of one container, its termination log among them, for `rewritePaths`.
*/
export const mountsOf = async (pod: Pod, container: Container, folders: Folders): Promise<readonly Mount[]> => {
	const mounts: Mount[] = [];
	for (const {name, mountPath, subPath = ''} of container.volumeMounts ?? []) {
		const volume = pod.spec.volumes?.find(candidate => candidate.name === name);
		if (!volume) {
			throw new ContainerConfigError(`volume "${name}" of container ${container.name} is not among the pod's volumes`);
		}

		const folder = join(volumeFolder(pod, volume, folders), subPath);
		if (subPath && !volume.secret && !volume.configMap && !existsSync(folder)) {
			await mkdir(folder, {recursive: true});
		}

		mounts.push({mountPath, folder});
	}

	const log = folders.terminationLog(pod.metadata.uid!, container.name);
	await mkdir(dirname(log), {recursive: true});
	await rm(log, {force: true});
	await writeFile(log, '');
	return [...mounts, {mountPath: container.terminationMessagePath ?? defaultTerminationLog, folder: log}];
};

const volumeFolder = ({metadata: {namespace, uid}}: Pod, {name, persistentVolumeClaim}: V1Volume, folders: Folders): string => persistentVolumeClaim
	? folders.claim(namespace!, persistentVolumeClaim.claimName)
	: folders.volume(uid!, name);

type Files = ReadonlyArray<readonly [path: string, data: Uint8Array]>;

const volumeFiles = async (pod: Pod, volume: V1Volume, lookups: Lookups): Promise<Files> => {
	const {secret, configMap, projected, downwardAPI} = volume;
	if (secret) {
		return filesOf({
			kind: 'Secret', name: secret.secretName ?? '', optional: secret.optional, items: secret.items,
		}, lookups);
	}

	if (configMap) {
		return filesOf({...configMap, kind: 'ConfigMap', name: configMap.name ?? ''}, lookups);
	}

	if (projected ?? downwardAPI) {
		const sources = projected?.sources ?? [{downwardAPI: downwardAPI!}];
		const files = await Promise.all(sources.map(async source => projectedFiles(pod, source, lookups)));
		return files.flat();
	}

	if (!volume.emptyDir && !volume.persistentVolumeClaim && !volume.ephemeral) {
		throw new ContainerConfigError(`the embedded node does not know volumes of this kind: ${Object.keys(volume).filter(key => key !== 'name').join(', ')}`);
	}

	return [];
};

const projectedFiles = async (pod: Pod, {secret, configMap, downwardAPI, serviceAccountToken}: V1VolumeProjection, lookups: Lookups): Promise<Files> => {
	if (downwardAPI) {
		return (downwardAPI.items ?? []).map(({path, fieldRef}) => [path, Buffer.from(podField(pod, fieldRef?.fieldPath ?? ''))] as const);
	}

	// One for the API server itself is left out: the processes have no use for it.
	if (serviceAccountToken?.audience && lookups.token) {
		return [[serviceAccountToken.path, Buffer.from(lookups.token(pod.spec.serviceAccountName ?? 'default', serviceAccountToken.audience))]];
	}

	const reference = secret ?? configMap;
	return reference ? filesOf({...reference, kind: secret ? 'Secret' : 'ConfigMap', name: reference.name ?? ''}, lookups) : [];
};

type Reference = {readonly kind: 'Secret' | 'ConfigMap'; readonly name: string; readonly optional?: boolean | undefined; readonly items?: readonly V1KeyToPath[] | undefined};

const filesOf = async ({kind, name, optional, items}: Reference, lookups: Lookups): Promise<Files> => {
	const entries = await lookups.entries(kind, name, optional);
	if (!entries) {
		return [];
	}

	return items
		? items.map(({key, path}) => {
			const data = entries.get(key);
			if (!data) {
				throw new ContainerConfigError(`references non-existent ${kind.toLowerCase()} key: ${key}`);
			}

			return [path, data] as const;
		})
		: [...entries];
};
