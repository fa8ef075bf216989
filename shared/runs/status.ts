import {type Neo4jBackup as GeneratedBackup} from '../api/neo4jbackup.generated.ts';
import {type KubeObject} from '../kube/object.ts';

/**
A Neo4jBackup as it is read from the API server.
*/
export type Neo4jBackup = KubeObject & Pick<GeneratedBackup, 'spec' | 'status'>;

export type BackupSpec = GeneratedBackup['spec'];
export type BackupStatus = NonNullable<GeneratedBackup['status']>;
export type BackupRun = NonNullable<BackupStatus['history']>[number];
/**
A CR that names a storage: what is read of it to get there.
*/
export type StorageUser = KubeObject & {readonly spec: Pick<BackupSpec, 'storage' | 'cloud'>};

export type CloudBlock = NonNullable<BackupSpec['cloud']>;
export type Phase = NonNullable<BackupStatus['phase']>;
