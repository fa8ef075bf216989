import {findCredentials} from './credentials.ts';
import {type LaunchDependencies} from './deps.ts';
import {ensureServiceAccount} from './service-account.ts';
import {ensureStorageClaim} from './storage-claim.ts';
import {storeAccess, type StoreAccess} from './store-access.ts';
import {findAuthorities, withAuthorities} from './store-authorities.ts';
import {present} from '#shared/present.ts';
import {cloudSettings} from '#shared/runs/cloud-settings.ts';
import {storeLocation} from '#shared/runs/location.ts';
import {podPaths, type RunEncryption} from '#shared/runs/run-spec.ts';
import {findStorageAccount} from '#shared/runs/storage-account.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {type StoreLocation} from '#shared/stores/store.ts';
import {storeURI} from '#shared/stores/uri.ts';

export type RunStorage = {
	readonly location: StoreLocation;
	readonly uri: string;
	readonly access: StoreAccess;
	readonly serviceAccountName: string;
	/** Folder that neo4j-admin writes to where it cannot sign in to the store itself, or must not write there in the clear. */
	readonly staging?: string;
	/** Why neo4j-admin cannot read earlier artifacts where they lie, so that no DIFF can be taken. */
	readonly unreadable?: string;
};

/**
Where a CR's backups go and how its Pods get there: the checked Secret, the ServiceAccount, the claim, the one directory.
*/
export const findStorage = async (dependencies: LaunchDependencies, backup: Neo4jBackup, encryption?: RunEncryption): Promise<RunStorage> => {
	const {kube, config} = dependencies;
	const settings = cloudSettings(backup.spec);
	const credentials = await findCredentials(kube, backup, settings);
	const authorities = await findAuthorities(kube, backup, settings);
	const serviceAccountName = await ensureServiceAccount(kube, backup, settings);
	const claimName = await ensureStorageClaim(kube, backup);
	const account = backup.spec.storage.type === 'azure'
		? await findStorageAccount(kube, {
			given: settings.storageAccount ?? credentials?.account, serviceAccount: {namespace: backup.metadata.namespace!, name: serviceAccountName}, fallback: config.storageAccount,
		})
		: undefined;
	// A region of the Secret reaches the Pod by reference, like its other values.
	const region = credentials?.hasRegion ? undefined : config.region;
	// An account key is of no use to neo4j-admin: it writes to a folder, and our own image moves the artifact (decision D14).
	const isForeign = credentials !== undefined && !credentials.native;
	const staging = encryption ?? isForeign ? podPaths.artifacts : undefined;
	const location = storeLocation(backup.spec, present({account, region, endpoints: config.endpoints}));
	const plain = storeAccess({location, ...present({credentials, claimName})});
	const access = authorities === undefined ? plain : withAuthorities(plain, authorities);
	return {
		location,
		uri: storeURI(location),
		access: encryption ? withoutAdmin(access) : access,
		serviceAccountName,
		...present({staging, unreadable: unreadable(encryption, isForeign)}),
	};
};

/** Where the store must not see anything in the clear, neo4j-admin does not get there at all. */
const withoutAdmin = (access: StoreAccess): StoreAccess => ({...access, admin: {env: [], mounts: []}});

const unreadable = (encryption: RunEncryption | undefined, isForeign: boolean): string | undefined => {
	if (encryption) {
		return 'a differential needs its parent readable in the directory, and encrypted backups are not';
	}

	return isForeign ? 'neo4j-admin cannot read earlier artifacts with an Azure account key' : undefined;
};
