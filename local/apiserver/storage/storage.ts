import {expired} from '../api-error.ts';
import {type KubeObject, withMetadata} from '../object.ts';

export type Change = {
	readonly revision: number;
	readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
	readonly collection: string;
	/** As it is now; with DELETED as it was last, under the revision of the deletion. */
	readonly object: KubeObject;
	readonly previous?: KubeObject | undefined;
};

export type Storage = {
	/** The one counter behind every resourceVersion. */
	readonly revision: () => number;
	readonly get: (collection: string, key: string) => KubeObject | undefined;
	/** Every object of the collection by key in key order, as of a past revision if one is given; `ApiError` 410 when the history no longer reaches it. */
	readonly list: (collection: string, revision?: number) => ReadonlyArray<readonly [key: string, object: KubeObject]>;
	/** Every object there is, with its collection. */
	readonly everything: () => ReadonlyArray<readonly [collection: string, object: KubeObject]>;
	/** Stores the object under the next revision and returns it with that revision. */
	readonly put: (collection: string, object: KubeObject) => KubeObject;
	readonly remove: (collection: string, key: string) => void;
	/** The changes after a revision; `ApiError` 410 when the history no longer reaches it. */
	readonly since: (revision: number) => readonly Change[];
	/** Calls the listener at once with every later change; returns what ends that. */
	readonly subscribe: (listener: (change: Change) => void) => () => void;
	/** Forgets the history, as etcd's compaction does: watches and lists of older revisions answer 410. */
	readonly compact: () => void;
};

/**
`namespace/name`, or `/name` of a cluster-scoped object.
*/
export const keyOf = ({metadata: {namespace = '', name}}: Pick<KubeObject, 'metadata'>): string => `${namespace}/${name}`;

/**
Objects in memory with a bounded history of changes. Everything is synchronous: what reads, decides and writes in one go cannot be overtaken.
`record` hears of every change before anyone else does; `initial` is what it recorded in an earlier life.
*/
export const createStorage = (options: {readonly history: number; readonly initial?: readonly Change[]; readonly record?: (change: Change) => void}): Storage => {
	const collections = new Map<string, Map<string, KubeObject>>();
	const listeners = new Set<(change: Change) => void>();
	let history: Change[] = [];
	let revision = 0;
	let oldest = 0;

	const objectsOf = (collection: string): Map<string, KubeObject> => {
		const objects = collections.get(collection) ?? new Map<string, KubeObject>();
		collections.set(collection, objects);
		return objects;
	};

	const keep = (change: Change): void => {
		revision = change.revision;
		if (change.type === 'DELETED') {
			objectsOf(change.collection).delete(keyOf(change.object));
		} else {
			objectsOf(change.collection).set(keyOf(change.object), change.object);
		}
	};

	const commit = (change: Change): void => {
		options.record?.(change);
		keep(change);
		history.push(change);
		// Trimmed by half, so that a full history does not cost a copy per change.
		if (history.length > options.history * 2) {
			history = history.slice(-options.history);
		}

		oldest = Math.max(oldest, (history.at(-options.history)?.revision ?? oldest + 1) - 1);
		for (const listener of listeners) {
			listener(change);
		}
	};

	const since = (from: number): readonly Change[] => {
		if (from < oldest) {
			throw expired(`too old resource version: ${from} (${oldest})`);
		}

		return history.slice(history.findLastIndex(change => change.revision <= from) + 1);
	};

	for (const change of options.initial ?? []) {
		keep(change);
	}

	oldest = revision;

	return {
		revision: () => revision,
		get: (collection, key) => collections.get(collection)?.get(key),
		list: (collection, at = revision) => sorted(at === revision ? objectsOf(collection) : rewound(objectsOf(collection), since(at), collection)),
		everything: () => [...collections].flatMap(([collection, objects]) => [...objects.values()].map(object => [collection, object] as const)),
		put(collection, object) {
			const previous = objectsOf(collection).get(keyOf(object));
			const stored = withMetadata(object, {resourceVersion: String(revision + 1)});
			commit({
				revision: revision + 1, type: previous ? 'MODIFIED' : 'ADDED', collection, object: stored, previous,
			});
			return stored;
		},
		remove(collection, key) {
			const previous = objectsOf(collection).get(key);
			if (previous) {
				commit({
					revision: revision + 1, type: 'DELETED', collection, object: withMetadata(previous, {resourceVersion: String(revision + 1)}), previous,
				});
			}
		},
		since,
		subscribe(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
		compact() {
			history = [];
			oldest = revision;
		},
	};
};

const rewound = (objects: ReadonlyMap<string, KubeObject>, changes: readonly Change[], collection: string): Map<string, KubeObject> => {
	const past = new Map(objects);
	for (const change of changes.filter(change => change.collection === collection).toReversed()) {
		if (change.previous) {
			past.set(keyOf(change.previous), change.previous);
		} else {
			past.delete(keyOf(change.object));
		}
	}

	return past;
};

const sorted = (objects: ReadonlyMap<string, KubeObject>): ReadonlyArray<readonly [string, KubeObject]> =>
	[...objects].toSorted(([left], [right]) => left < right ? -1 : 1);
