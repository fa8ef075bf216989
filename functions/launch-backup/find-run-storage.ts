import {type LaunchDependencies} from './deps.ts';
import {ensureStorageClaim} from './storage-claim.ts';
import {findStorage, type FoundStorage} from '#shared/pods/find-storage.ts';
import {type StoreAccess} from '#shared/pods/store-access.ts';
import {present} from '#shared/present.ts';
import {podPaths, type RunEncryption} from '#shared/runs/run-spec.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

export type RunStorage = Omit<FoundStorage, 'isNative' | 'hasOwnAuthority'> & {
	/** Folder that neo4j-admin writes to where it cannot sign in to the store itself, or must not write there in the clear. */
	readonly staging?: string;
	/** Why neo4j-admin cannot read earlier artifacts where they lie, so that no DIFF can be taken. */
	readonly unreadable?: string;
};

/**
Where a CR's backups go and how the Pods of a run get there, its claim made where it asks for that. Where neo4j-admin cannot sign in (decision D14), or must not write in the clear, it writes to a folder, and our own image moves the artifacts.
*/
export const findRunStorage = async ({kube, config}: LaunchDependencies, backup: Neo4jBackup, encryption?: RunEncryption): Promise<RunStorage> => {
	const {isNative, hasOwnAuthority: _, access, ...found} = await findStorage(kube, backup, {defaults: config, claimName: await ensureStorageClaim(kube, backup)});
	return {
		...found,
		access: encryption ? withoutAdmin(access) : access,
		...present({staging: encryption !== undefined || !isNative ? podPaths.artifacts : undefined, unreadable: unreadable(encryption, isNative)}),
	};
};

/** Where the store must not see anything in the clear, neo4j-admin does not get there at all. */
const withoutAdmin = (access: StoreAccess): StoreAccess => ({...access, admin: {env: [], mounts: []}});

const unreadable = (encryption: RunEncryption | undefined, isNative: boolean): string | undefined => {
	if (encryption) {
		return 'a differential needs its parent readable in the directory, and encrypted backups are not';
	}

	return isNative ? undefined : 'neo4j-admin cannot read earlier artifacts with an Azure account key';
};
