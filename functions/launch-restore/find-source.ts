import {ConfigurationError} from '#shared/errors.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {backupApiVersion} from '#shared/api/group.ts';
import {NotYetError} from '#shared/not-yet.ts';
import {present} from '#shared/present.ts';
import {claimName} from '#shared/runs/claim-name.ts';
import {cloudSettings} from '#shared/runs/cloud-settings.ts';
import {type BackupSpec, type Neo4jBackup} from '#shared/runs/status.ts';
import {type Neo4jRestore, type ResolvedSource} from '#shared/restore/status.ts';

/**
Where a restore reads from. What is found is pinned in the status, so that the end of the Neo4jBackup changes nothing (row X-092).
*/
export type Source = Pick<ResolvedSource, 'backupRef' | 'storage' | 'encryption'> & {
	readonly storage: NonNullable<ResolvedSource['storage']>;
};

/**
Finds the storage of a restore: that of the Neo4jBackup it names, which must have had a success (row R-028), or its own.
*/
export const findSource = async (kube: KubeClient, {metadata: {namespace}, spec: {source}}: Neo4jRestore): Promise<Source> => {
	if (source.backupRef === undefined) {
		const {storage, encryption} = source;
		return {storage: pinned({storage: storage!}, storage?.pvc?.name), ...present({encryption: encryption?.enabled ? encryption : undefined})};
	}

	const backup = await kube.get<Neo4jBackup>({
		apiVersion: backupApiVersion, kind: 'Neo4jBackup', namespace: namespace!, name: source.backupRef,
	});
	if (!backup) {
		throw new NotYetError('BackupNotFound', `Neo4jBackup ${source.backupRef} does not exist in namespace ${namespace}: the restore waits until it does`);
	}

	if (backup.status?.lastSuccessTime === undefined) {
		throw new NotYetError('NoBackupYet', `No run of Neo4jBackup ${source.backupRef} has succeeded yet: the restore waits for the first that does`);
	}

	return {backupRef: source.backupRef, storage: pinned(backup.spec, claimName(backup)), ...present({encryption: encryptionOf(source.encryption, backup.spec)})};
};

/** One block in the place of two, and the claim by its name. */
const pinned = (spec: Pick<BackupSpec, 'storage' | 'cloud'>, claim: string | undefined): Source['storage'] => {
	const {type, bucket, path} = spec.storage;
	return type === 'pvc'
		? {type, pvc: {name: claim!}, ...present({path})}
		: {type, cloud: cloudSettings(spec), ...present({bucket, path})};
};

/** One format has two names (row R-077). */
const encryptionOf = (given: Neo4jRestore['spec']['source']['encryption'], {options}: BackupSpec): ResolvedSource['encryption'] => {
	if (given?.enabled) {
		return given;
	}

	const encryption = options?.encryption;
	return encryption?.enabled
		? {enabled: true, algorithm: encryption.algorithm === 'ChaCha20' ? 'ChaCha20Poly1305' : 'AES256', ...present({keySecret: encryption.keySecret, keySecretKey: encryption.keySecretKey})}
		: undefined;
};

/**
The claim that a source lies on, once it is there.
*/
export const findClaim = async (kube: KubeClient, {storage}: Source, namespace: string): Promise<string | undefined> => {
	if (storage.type !== 'pvc') {
		return undefined;
	}

	const name = storage.pvc?.name;
	if (!name) {
		throw new ConfigurationError('spec.source.storage.pvc.name: it must name the PersistentVolumeClaim that holds the backup');
	}

	if (!await kube.get({
		apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name,
	})) {
		throw new NotYetError('ClaimNotFound', `PersistentVolumeClaim ${name} does not exist in namespace ${namespace}: the restore waits until it does`);
	}

	return name;
};
