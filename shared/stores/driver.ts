import {type Store, type StoreCredentials, type StoreLocation} from './store.ts';

/**
How long and how often a driver tries. `timeoutMs` bounds one request (transfers get a second more for each MiB), `attempts` how often one is sent when the store is busy or out of reach; `signal` ends everything.
*/
export type Limits = {
	readonly timeoutMs: number;
	readonly attempts: number;
	readonly signal?: AbortSignal;
};

/**
All that a driver needs to open a store. `location.path` is normalised; `credentials` are complete for the type, or empty for the ambient identity. `secretName` is only for messages.
*/
export type Opening = {
	readonly location: StoreLocation;
	readonly credentials: StoreCredentials;
	readonly limits: Limits;
	readonly secretName?: string;
	/** PEM text of authorities to trust beside those that everybody does. */
	readonly authorities?: string;
};

export type OpenDriver = (opening: Opening) => Store;
