import {archivingOf, type Archiving} from '#shared/stores/archiving.ts';
import {moveInSteps} from '#shared/stores/move.ts';
import {
	StoreError, type DeleteFailure, type ObjectLock, type Store, type StoredObject,
} from '#shared/stores/store.ts';

export type MemoryObject = {readonly size: number; readonly modified: Date; readonly text?: string; readonly tier?: string; readonly lock?: ObjectLock};

export type Request = {
	/** Counts from 0 over the life of the store. */
	readonly number: number;
	readonly method: 'list' | 'stat' | 'read' | 'create' | 'copy' | 'delete' | 'now';
	/** Key, prefix, or the keys of a deletion. */
	readonly keys: readonly string[];
};

/**
What happens to a request instead of what should: the process dies before or after it took effect, the server answers an error, a listing ends early or repeats a page as if that were the truth, a deletion works for some keys only.
*/
export type Fault = 'crashBefore' | 'crashAfter' | 'busy' | 'denied' | 'cut' | 'repeat' | 'some';

/**
Stands for the end of the process: what catches it is not the code under test.
*/
export class Crash extends Error {
	override readonly name = 'Crash';
}

export type MemoryStore = Store & {
	readonly objects: Map<string, MemoryObject>;
	readonly requests: Request[];
	/** Puts an object of that size, without a body. */
	put: (key: string, size: number) => void;
	/** Names outside the catalogue. */
	artifacts: () => readonly string[];
};

export type MemoryOptions = {
	readonly objects?: Map<string, MemoryObject>;
	readonly now?: () => Date;
	readonly pageSize?: number;
	/** Behaves like a server that ignores `If-None-Match`: the later of two writers wins and both hear success. */
	readonly ignoresConditions?: boolean;
	/** How artifacts are archived; default as on S3. */
	readonly archiving?: Archiving;
	/** Why a key cannot be deleted, if so. */
	readonly refuses?: (key: string) => DeleteFailure | undefined;
	readonly fault?: (request: Request) => Fault | undefined;
	/** Called after each request took effect. */
	readonly after?: (request: Request) => void;
};

/**
A store in memory that can fail at any request. Objects may be shared by several stores, as several processes share a bucket.
*/
export const createMemoryStore = ({
	objects = new Map(), now = () => new Date(), pageSize = 1000, ignoresConditions = false, archiving = archivingOf.s3, refuses, fault, after,
}: MemoryOptions = {}): MemoryStore => {
	const requests: Request[] = [];

	const perform = async <T>(method: Request['method'], keys: readonly string[], effect: (happening: Fault | undefined) => T): Promise<T> => {
		const request = {method, keys, number: requests.length};
		requests.push(request);
		const happening = fault?.(request);
		if (happening === 'crashBefore') {
			throw new Crash(`before ${method} ${keys.join(' ')}`);
		}

		if (happening === 'busy' || happening === 'denied') {
			throw new StoreError(happening === 'busy' ? 'Busy' : 'AccessDenied', `Injected: ${happening} at ${method}`);
		}

		const result = effect(happening);
		if (happening === 'crashAfter') {
			throw new Crash(`after ${method} ${keys.join(' ')}`);
		}

		after?.(request);
		return result;
	};

	const sorted = (prefix: string): readonly StoredObject[] => [...objects]
		.filter(([key]) => key.startsWith(prefix))
		.map(([key, {size, modified, tier, lock}]) => ({
			key, size, modified, ...(tier !== undefined && {tier}), ...(lock && {lock}),
		}))
		.toSorted((one, other) => one.key < other.key ? -1 : 1);

	const stat = async (key: string) => perform('stat', [key], () => sorted(key).find(object => object.key === key));

	const copy = async (from: string, to: string, tier?: string) => perform('copy', [from, to], () => {
		objects.set(to, {...objects.get(from)!, ...(tier !== undefined && {tier})});
	});

	const remove = async (keys: readonly string[]) => perform('delete', keys, happening => keys.flatMap((key, index): readonly DeleteFailure[] => {
		if (happening === 'some' && index % 2 === 0) {
			return [{key, reason: 'AccessDenied', message: 'injected'}];
		}

		const lock = objects.get(key)?.lock;
		const failure = refuses?.(key) ?? (isHeld(lock, now()) ? {key, reason: 'Locked' as const, message: 'locked'} : undefined);
		if (!failure) {
			objects.delete(key);
		}

		return failure ? [failure] : [];
	}));

	return {
		uri: 'memory://bucket/',
		objects,
		requests,
		put(key, size) {
			objects.set(key, {size, modified: now()});
		},
		artifacts: () => sorted('').map(({key}) => key).filter(key => !key.startsWith('.')),
		async * list(prefix, behind) {
			for (let start: number | undefined = 0; start !== undefined;) {
				const from: number = start;
				const {pages, next} = await perform('list', [prefix], happening => pageFrom(sorted(prefix).filter(({key}) => behind === undefined || key > behind), {start: from, pageSize, happening}));
				yield * pages;
				start = next;
			}
		},
		stat,
		read: async key => perform('read', [key], () => {
			const text = objects.get(key)?.text;
			return text === undefined ? undefined : new TextEncoder().encode(text);
		}),
		create: async (key, body) => perform('create', [key], () => {
			if (objects.has(key) && !ignoresConditions) {
				return false;
			}

			const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
			objects.set(key, {size: text.length, modified: now(), text});
			return true;
		}),
		delete: remove,
		archiving,
		async move(from, to, {tier} = {}) {
			const source = await stat(from);
			if (from === to) {
				await (source?.tier === tier ? undefined : copy(from, to, tier));
				return;
			}

			await moveInSteps({
				name: `Moving ${from} to ${to}`,
				source,
				target: await stat(to),
				copy: async () => copy(from, to, tier),
				async remove() {
					const [failure] = await remove([from]);
					if (failure) {
						throw new StoreError(failure.reason === 'Locked' ? 'Locked' : 'AccessDenied', failure.message);
					}
				},
			});
		},
		locks: async listed => new Map(listed.flatMap(({key, lock}) => lock ? [[key, lock]] : [])),
		hidesDeleted: () => false,
		now: async () => perform('now', [], () => now()),
		upload: unused,
		download: unused,
		copy: unused,
		async close() {
			// Nothing to close.
		},
	};
};

const isHeld = (lock: ObjectLock | undefined, now: Date): boolean => lock !== undefined && (lock.kind === 'hold' || lock.until.getTime() > now.getTime());

const unused = async (): Promise<never> => {
	throw new Error('Not part of this stand-in');
};

const pageFrom = (all: readonly StoredObject[], {start, pageSize, happening}: {start: number; pageSize: number; happening: Fault | undefined}) => {
	const page = all.slice(start, start + pageSize);
	const next = start + pageSize < all.length ? start + pageSize : undefined;
	if (happening === 'cut') {
		// Half of the page, given as the end of the listing.
		return {pages: [page.slice(0, Math.floor(page.length / 2))], next: undefined};
	}

	return {pages: happening === 'repeat' ? [page, page] : [page], next};
};
