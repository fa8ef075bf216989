import {Readable} from 'node:stream';
import {writeWhole} from '../whole-file.ts';
import {StoreError, type Store} from '#shared/stores/store.ts';

export type FileToFetch = {
	readonly key: string;
	/** Where it goes. */
	readonly to: string;
	/** Bytes that the catalogue says it has; absent where it says nothing. */
	readonly size?: number;
	/** What is done with its content on the way. */
	readonly open?: (content: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
	readonly onBytes?: (count: number) => void | Promise<void>;
};

/**
Brings one object of the store into a folder, in bounded memory. It appears under its name once it is whole; what an earlier attempt left half is written anew.
*/
export const fetchFile = async (store: Store, {key, to, size, open = content => content, onBytes}: FileToFetch): Promise<void> => {
	const body = await store.download(key);
	if (!body) {
		throw new StoreError('ObjectNotFound', `${key} is needed and is not in ${store.uri}`);
	}

	const content = counted(body, {name: `${key} in ${store.uri}`, size, onBytes});
	await writeWhole(Readable.from(open(content), {objectMode: false}), to, {partial: `${to}.being-fetched`, flags: 'w'});
};

type Counting = {readonly name: string; readonly size: number | undefined; readonly onBytes: FileToFetch['onBytes']};

const counted = async function * (body: Readable, {name, size, onBytes}: Counting): AsyncGenerator<Uint8Array> {
	let seen = 0;
	for await (const chunk of body as AsyncIterable<Uint8Array>) {
		seen += chunk.length;
		await onBytes?.(chunk.length);
		yield chunk;
	}

	if (size !== undefined && seen !== size) {
		throw new StoreError('DoubtfulAnswer', `${name} has ${seen} bytes, and the catalogue says that it has ${size}: it was changed or cut off`);
	}
};
