import {randomUUID} from 'node:crypto';
import {inspect} from 'node:util';
import {type ExecutionContext} from 'ava';
import {startFaultProxy, type FaultProxy} from '#local/stores/fault-proxy.ts';
import {type compareKeys} from '#shared/stores/keys.ts';
import {openStore, type OpenStoreOptions} from '#shared/stores/open.ts';
import {
	StoreError, type Store, type StoreCredentials, type StoreErrorCode, type StoreLocation, type StoredObject,
} from '#shared/stores/store.ts';

/**
What can be refused on keys of the server under test.
*/
export type Refusable = 'list' | 'read' | 'write' | 'delete';

/**
A running server, stand-in or real, with an empty bucket. What it cannot do is absent, and the contract then asks for less.
*/
export type StoreServer = {
	/** A directory of the bucket by its path. */
	readonly location: (path: string) => StoreLocation;
	readonly credentials: StoreCredentials;
	/** Credentials of the right form that the server does not accept, each with what is wrong with them. */
	readonly wrongCredentials: Readonly<Record<string, StoreCredentials>>;
	/** Opens as `openStore` does, but with small pages and parts where the driver takes them. */
	readonly open?: typeof openStore;
	/** As many objects as fill more than two pages of a listing. */
	readonly listedObjects: number;
	/** The order of its listings; default that of UTF-8. */
	readonly compare?: typeof compareKeys;
	/** Odd names that cannot be held beside the others. */
	readonly cannotHold?: readonly string[];
	/** How many keys to delete in one call: more than two batches, where there are batches. */
	readonly deletedKeys: number;
	/** Bytes of an object that takes more than one part to upload. */
	readonly largeBytes: number;
	/** A tier for copies, as the provider names it. Absent: the store has none. */
	readonly tier?: string;
	/** Where faults can be put between: the part of the endpoint that a proxy takes the place of. */
	readonly endpoint?: string;
	/** Refuses something below a key of the bucket. */
	readonly refuse?: (what: Refusable, key: string, code: 'AccessDenied' | 'SlowDown') => Promise<() => Promise<void>>;
	/** Locks the object of a key of the bucket. */
	readonly lock?: (key: string, until: Date) => Promise<void>;
	readonly stop: () => Promise<void>;
};

/**
Declares a test: as ava does, or as one that is skipped.
*/
export type Declare = (title: string, run: (t: ExecutionContext) => Promise<void>) => void;

/**
Gives each test the server of its file, once it has started.
*/
export type ServerOf = () => StoreServer;

/**
Opens a directory of its own for a test.
*/
export const openFresh = async (t: ExecutionContext, server: StoreServer, options?: OpenStoreOptions): Promise<Store & {readonly path: string}> => {
	const path = `contract/${randomUUID()}`;
	return {...await openAt(t, server, server.location(path), options), path};
};

export type OpenAtOptions = OpenStoreOptions & {readonly credentials?: StoreCredentials};

/**
Opens a location with the server's credentials, or others.
*/
export const openAt = async (t: ExecutionContext, server: StoreServer, location: StoreLocation, {credentials = server.credentials, ...options}: OpenAtOptions = {}): Promise<Store> => {
	const store = await (server.open ?? openStore)(location, credentials, options);
	t.teardown(store.close);
	return store;
};

export type Disturbed = {readonly store: Store; readonly calm: Store; readonly proxy: FaultProxy; readonly path: string};

/**
Opens a directory of its own through a proxy that can disturb it.
*/
export const openDisturbed = async (t: ExecutionContext, server: StoreServer, options: OpenStoreOptions = {}): Promise<Disturbed> => {
	const proxy = await startFaultProxy(server.endpoint!);
	t.teardown(proxy.stop);
	const path = `contract/${randomUUID()}`;
	const location = server.location(path);
	const store = await openAt(t, server, {...location, endpointURL: location.endpointURL!.replace(server.endpoint!, proxy.url)}, {timeoutMs: 10_000, ...options});
	return {
		store, calm: await openAt(t, server, location), proxy, path,
	};
};

/**
All objects below a prefix, page by page.
*/
export const listPages = async (store: Store, prefix = '', after?: string): Promise<StoredObject[][]> => {
	const pages: StoredObject[][] = [];
	for await (const page of store.list(prefix, after)) {
		pages.push([...page]);
	}

	return pages;
};

export const listKeys = async (store: Store, prefix = '', after?: string): Promise<string[]> => {
	const pages = await listPages(store, prefix, after);
	return pages.flat().map(({key}) => key);
};

/**
Asserts that an action fails with a `StoreError` of that code, whose message names the place, and that nothing of it shows a secret.
*/
export const failsWith = async (t: ExecutionContext, code: StoreErrorCode, action: Promise<unknown>, {names = '', credentials = {}}: {readonly names?: string; readonly credentials?: StoreCredentials} = {}): Promise<StoreError | undefined> => {
	const error = await t.throwsAsync(action, {instanceOf: StoreError, code});
	if (error === undefined) {
		return undefined;
	}

	t.true(error.message.includes(names), `${error.message} names ${names}`);
	const shown = inspect(error, {depth: 10, showHidden: true});
	for (const [key, value] of Object.entries(credentials)) {
		if (/SECRET|JSON|_KEY$/v.test(key)) {
			t.false(shown.includes(value), `${key} shows`);
		}
	}

	return error;
};
