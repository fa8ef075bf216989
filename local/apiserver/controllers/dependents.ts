import {type KubeObject} from '../object.ts';
import {type Change, keyOf, type Storage} from '../storage/storage.ts';

/**
Where an object is stored.
*/
export type Place = readonly [collection: string, key: string];

/**
Who names whom as its owner: dependents by the uid of the owner, kept up to date change by change so that a deletion costs no search.
*/
export type Dependents = {
	readonly of: (uid: string) => readonly Place[];
	readonly all: () => readonly Place[];
	readonly note: (change: Change) => void;
};

export const createDependents = (storage: Storage): Dependents => {
	const places = new Map<string, Map<string, Place>>();

	const add = (collection: string, object: KubeObject): void => {
		const place: Place = [collection, keyOf(object)];
		for (const {uid} of object.metadata.ownerReferences ?? []) {
			const own = places.get(uid) ?? new Map<string, Place>();
			places.set(uid, own.set(place.join(' '), place));
		}
	};

	const drop = (collection: string, object: KubeObject): void => {
		const key = [collection, keyOf(object)].join(' ');
		for (const {uid} of object.metadata.ownerReferences ?? []) {
			places.get(uid)?.delete(key);
			if (places.get(uid)?.size === 0) {
				places.delete(uid);
			}
		}
	};

	for (const [collection, object] of storage.everything()) {
		add(collection, object);
	}

	return {
		of: uid => [...places.get(uid)?.values() ?? []],
		all: () => [...places.values()].flatMap(own => [...own.values()]),
		note({collection, object, previous, type}) {
			if (previous) {
				drop(collection, previous);
			}

			if (type !== 'DELETED') {
				add(collection, object);
			}
		},
	};
};
