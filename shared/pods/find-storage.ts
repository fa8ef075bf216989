import {type KubeClient} from '../kube/client.ts';
import {present} from '../present.ts';
import {cloudSettings} from '../runs/cloud-settings.ts';
import {storeLocation, type StoreEndpoints} from '../runs/location.ts';
import {findStorageAccount} from '../runs/storage-account.ts';
import {type StorageUser} from '../runs/status.ts';
import {type StoreLocation} from '../stores/store.ts';
import {storeURI} from '../stores/uri.ts';
import {findAuthorities, withAuthorities} from './store-authorities.ts';
import {storeAccess, type StoreAccess} from './store-access.ts';
import {ensureServiceAccount} from './service-account.ts';
import {findCredentials} from './credentials.ts';

export type FoundStorage = {
	readonly location: StoreLocation;
	readonly uri: string;
	readonly access: StoreAccess;
	readonly serviceAccountName: string;
	/** Whether neo4j-admin itself can sign in to the store. An account key of Azure is of no use to it (decision D14). */
	readonly isNative: boolean;
	/** Whether the store's certificate is signed by an authority that only the CR names. */
	readonly hasOwnAuthority: boolean;
};

/** What an installation says where neither CR nor Secret does. */
export type StoreDefaults = {
	readonly region?: string;
	readonly storageAccount?: string;
	readonly endpoints?: StoreEndpoints;
};

type Question = {
	readonly defaults: StoreDefaults;
	/** The claim of a storage that is one. */
	readonly claimName?: string | undefined;
};

/**
Where a CR's backups are and how its Pods get there: the checked Secret, the ServiceAccount, the one directory. What is not there yet, or must be mended outside of the CR, is a NotYetError; what must be mended in it a ConfigurationError.
*/
export const findStorage = async (kube: KubeClient, user: StorageUser, {defaults, claimName}: Question): Promise<FoundStorage> => {
	const settings = cloudSettings(user.spec);
	const credentials = await findCredentials(kube, user, settings);
	const authorities = await findAuthorities(kube, user, settings);
	const serviceAccountName = await ensureServiceAccount(kube, user, settings);
	const account = user.spec.storage.type === 'azure'
		? await findStorageAccount(kube, {
			given: settings.storageAccount ?? credentials?.account, serviceAccount: {namespace: user.metadata.namespace!, name: serviceAccountName}, fallback: defaults.storageAccount,
		})
		: undefined;
	// A region of the Secret reaches the Pod by reference, like its other values.
	const region = credentials?.hasRegion ? undefined : defaults.region;
	const location = storeLocation(user.spec, present({account, region, endpoints: defaults.endpoints}));
	const plain = storeAccess({location, ...present({credentials, claimName})});
	return {
		location,
		uri: storeURI(location),
		access: authorities === undefined ? plain : withAuthorities(plain, authorities),
		serviceAccountName,
		isNative: credentials?.native ?? true,
		hasOwnAuthority: authorities !== undefined,
	};
};
