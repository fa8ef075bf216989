import {
	artifactSize, databaseName, instantOf, lastRun, nameAt, perDatabase, type Size,
} from './large-directory.ts';
import {openStore} from '#shared/stores/open.ts';
import {type Store, type StoredObject} from '#shared/stores/store.ts';

/**
A store whose catalogue lies in a folder, and whose artifacts are as its catalogue says without being anywhere: no server lists a million files of one folder in useful time. With `gone` it remembers what was deleted; without, it is for one sweep, and for measuring its memory.
*/
export const madeUpStore = async (folder: string, size: Size, {now, gone}: {now: Date; gone?: Set<string>}): Promise<Store> => {
	const files = await openStore({type: 'pvc', root: folder, path: ''}, {});
	const databases = new Map(Array.from({length: size.databases}, (_, number) => [`${databaseName(number)}-`, databaseName(number)]));
	const {artifacts: last} = lastRun(size, now);
	return {
		...files,
		async * list(prefix, after) {
			const database = databases.get(prefix);
			if (database === undefined) {
				yield * files.list(prefix, after);
				return;
			}

			const count = perDatabase(size);
			const objects: StoredObject[] = Array.from({length: count}, (_, position) => ({
				key: nameAt(database, instantOf(position, count, now)), size: artifactSize, modified: now,
			}));
			objects.push({key: last.find(artifact => artifact.database === database)!.name, size: artifactSize, modified: now});
			const left = gone ? objects.filter(({key}) => !gone.has(key)) : objects;
			for (let start = 0; start < left.length; start += 1000) {
				yield left.slice(start, start + 1000);
			}
		},
		async delete(keys, options) {
			const own = keys.filter(key => key.startsWith('.'));
			for (const key of gone ? keys : []) {
				gone!.add(key);
			}

			return own.length > 0 ? files.delete(own, options) : [];
		},
		locks: async () => new Map(),
	};
};
