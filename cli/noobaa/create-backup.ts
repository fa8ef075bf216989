import {findDatabase} from '../../functions/noobaa-database/find-database.ts';
import {compactTime} from '#shared/api/names.ts';
import {AlreadyExistsError, ConfigurationError} from '#shared/errors.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type Manifest} from '#shared/kube/object.ts';
import {clusterNameOf, type NooBaa} from '#shared/noobaa/objects.ts';

export type BackupWish = {readonly name?: string; readonly online?: boolean; readonly now: Date};

/**
Asks CloudNativePG for one backup of a NooBaa's database, and answers its name. It carries no label of a schedule, so that no sweep counts or deletes it. What keeps it from being made is a ConfigurationError.
*/
export const createBackup = async (kube: KubeClient, nooBaa: NooBaa, {name, online = false, now}: BackupWish): Promise<string> => {
	const {namespace, name: system} = nooBaa.metadata;
	if (!nooBaa.spec.dbSpec?.dbBackup) {
		throw new ConfigurationError(`NooBaa ${system} has no backup configured: set spec.dbSpec.dbBackup with a schedule and a volume snapshot class first`);
	}

	const database = await findDatabase(kube, nooBaa);
	if (!database?.cluster) {
		throw new ConfigurationError(`NooBaa ${system} has no Cluster ${clusterNameOf(system)} of CloudNativePG: only a database in one can be backed up`);
	}

	const backup: Manifest = {
		apiVersion: database.apiVersion,
		kind: 'Backup',
		metadata: {name: name ?? defaultName(now), namespace: namespace!},
		spec: {cluster: {name: database.clusterName}, method: 'volumeSnapshot', online},
	};
	try {
		await kube.create(backup);
	} catch (error) {
		throw error instanceof AlreadyExistsError ? new ConfigurationError(`--name: there is a Backup ${backup.metadata.name} in namespace ${namespace} already; choose another name`) : error;
	}

	return backup.metadata.name;
};

const defaultName = (now: Date): string => {
	const time = compactTime(now);
	return `backup-${time.slice(0, 8)}-${time.slice(8)}`;
};
