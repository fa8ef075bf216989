import {Buffer} from 'node:buffer';
import {createHash, randomUUID} from 'node:crypto';
import {
	createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {type Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {compareKeys} from '#shared/stores/keys.ts';

/**
An object of the stand-in stores. `file` is where its bytes lie; `generation` counts the writes of the whole store.
*/
export type StoredFile = {
	readonly key: string;
	readonly size: number;
	/** MD5 in hexadecimal; of an object made of parts S3's own form. */
	readonly etag: string;
	readonly modified: Date;
	readonly tier: string;
	readonly file: string;
	readonly generation: number;
	readonly lockedUntil?: Date;
};

/**
Bytes that came in and have no key yet.
*/
export type Incoming = {readonly file: string; readonly size: number; readonly etag: string};

export type Properties = {readonly tier: string; readonly modified?: Date; readonly etag?: string};

/**
Buckets whose objects are plain files below a directory, so that a person can look at them: `<directory>/<bucket>/<key>`. What a file cannot hold lies in `.metadata`, and objects whose key no file can have (`a` beside `a/b`, a closing slash) in `.aside`. The next process finds what this one left.
*/
export type ObjectFiles = ReturnType<typeof openObjectFiles>;

/**
Opens the buckets below `directory`, making those that are missing.
*/
export const openObjectFiles = (directory: string, buckets: readonly string[]) => {
	const objects = new Map(buckets.map(bucket => [bucket, readMetadata(directory, bucket)]));
	const keys = new Map([...objects].map(([bucket, found]) => [bucket, [...found.keys()].toSorted(compareKeys)]));
	let generation = Date.now() * 1000;
	mkdirSync(path.join(directory, '.incoming'), {recursive: true});

	const store = (bucket: string, stored: StoredFile): StoredFile => {
		const sorted = keys.get(bucket) ?? [];
		if (!objects.get(bucket)?.has(stored.key)) {
			sorted.splice(firstFrom(sorted, stored.key), 0, stored.key);
		}

		objects.get(bucket)?.set(stored.key, stored);
		writeFileSync(metadataFile(directory, bucket, stored.key), JSON.stringify(stored, undefined, '\t'));
		return stored;
	};

	return {
		hasBucket: (bucket: string): boolean => objects.has(bucket),
		buckets: (): readonly string[] => [...objects.keys()],
		get: (bucket: string, key: string): StoredFile | undefined => objects.get(bucket)?.get(key),
		/** Objects with a prefix in key order, from the first one at or after `from`. */
		* each(bucket: string, prefix: string, from: string): Generator<StoredFile> {
			const sorted = keys.get(bucket) ?? [];
			for (let index = firstFrom(sorted, compareKeys(from, prefix) > 0 ? from : prefix); sorted[index]?.startsWith(prefix); index++) {
				yield objects.get(bucket)!.get(sorted[index]!)!;
			}
		},
		/** Takes bytes in; they become an object by `commit`, or are dropped by `discard`. */
		async receive(body: AsyncIterable<Uint8Array>): Promise<Incoming> {
			const file = path.join(directory, '.incoming', randomUUID());
			const hash = createHash('md5');
			let size = 0;
			await pipeline(body, async function * (chunks: AsyncIterable<Uint8Array>) {
				for await (const chunk of chunks) {
					hash.update(chunk);
					size += chunk.length;
					yield chunk;
				}
			}, createWriteStream(file));
			return {file, size, etag: hash.digest('hex')};
		},
		openIncoming: (incoming: Incoming): Readable => createReadStream(incoming.file),
		discard(incoming: Incoming): void {
			rmSync(incoming.file, {force: true});
		},
		/** Makes an object of what came in, at once and whole. */
		commit(bucket: string, key: string, incoming: Incoming, {tier, modified = new Date(), etag = incoming.etag}: Properties): StoredFile {
			const file = objects.get(bucket)?.get(key)?.file ?? fileOf(directory, bucket, key);
			renameSync(incoming.file, file);
			utimesSync(file, modified, modified);
			return store(bucket, {
				key, size: incoming.size, etag, modified, tier, file, generation: generation++,
			});
		},
		/** Changes the tier or the lock of an object where it lies. */
		change(bucket: string, stored: StoredFile, change: Partial<Pick<StoredFile, 'tier' | 'lockedUntil' | 'modified'>>): StoredFile {
			return store(bucket, {...stored, ...change});
		},
		open: (stored: StoredFile, range: {readonly start?: number; readonly end?: number} = {}): Readable => createReadStream(stored.file, range),
		remove(bucket: string, key: string): void {
			const stored = objects.get(bucket)?.get(key);
			if (stored !== undefined) {
				objects.get(bucket)?.delete(key);
				keys.get(bucket)?.splice(firstFrom(keys.get(bucket) ?? [], key), 1);
				rmSync(metadataFile(directory, bucket, key), {force: true});
				rmSync(stored.file, {force: true});
			}
		},
	};
};

// By halves: the first index whose key is not before the given one.
const firstFrom = (sorted: readonly string[], key: string): number => {
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = Math.floor((low + high) / 2);
		if (compareKeys(sorted[middle] ?? '', key) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}

	return low;
};

const fileOf = (directory: string, bucket: string, key: string): string => {
	const file = path.join(directory, bucket, ...key.split('/'));
	const canBeFile = key.split('/').every(part => part !== '' && part !== '.' && part !== '..' && Buffer.byteLength(part) < 256) && !key.includes('\0');
	try {
		mkdirSync(path.dirname(canBeFile ? file : directory), {recursive: true});
		if (canBeFile && !(existsSync(file) && statSync(file).isDirectory())) {
			return file;
		}
	} catch {
		// A part on the way is the file of another key.
	}

	mkdirSync(path.join(directory, '.aside'), {recursive: true});
	return path.join(directory, '.aside', randomUUID());
};

const metadataFile = (directory: string, bucket: string, key: string): string =>
	path.join(directory, '.metadata', bucket, `${createHash('sha256').update(key).digest('hex')}.json`);

const readMetadata = (directory: string, bucket: string): Map<string, StoredFile> => {
	const folder = path.join(directory, '.metadata', bucket);
	mkdirSync(folder, {recursive: true});
	mkdirSync(path.join(directory, bucket), {recursive: true});
	const found = readdirSync(folder).map(name => {
		const {modified, lockedUntil, ...stored} = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as StoredFile;
		return {...stored, modified: new Date(modified), ...(lockedUntil !== undefined && {lockedUntil: new Date(lockedUntil)})};
	});
	return new Map(found.filter(({file}) => existsSync(file)).map(stored => [stored.key, stored]));
};
