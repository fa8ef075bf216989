import {createWriteStream} from 'node:fs';
import {rm} from 'node:fs/promises';
import {pipeline} from 'node:stream/promises';
import {decrypt} from '#shared/encryption/decrypt.ts';
import {StoreError, type Store} from '#shared/stores/store.ts';

export type DecryptionKey = {
	/** What the file of the key holds. */
	readonly material: Uint8Array;
	/** Where it is from, as messages begin. */
	readonly source: string;
};

/**
Copies an artifact of the store into a file, decrypted where a key is given. What does not arrive whole leaves no file. Throws a StoreError where the store has no such artifact, and what `decrypt` throws.
*/
export const download = async (store: Store, name: string, file: string, key?: DecryptionKey): Promise<void> => {
	const body = await store.download(name);
	if (!body) {
		throw new StoreError('ObjectNotFound', `${name} is not in ${store.uri}`);
	}

	try {
		await pipeline(key ? decrypt(body, key.material, key.source) : body, createWriteStream(file));
	} catch (error) {
		await rm(file, {force: true});
		throw error;
	}
};
