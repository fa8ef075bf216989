import {quarantineKey} from '#shared/catalogue/keys.ts';
import {type RunManifest} from '#shared/catalogue/manifest.ts';
import {StoreError, type Store} from '#shared/stores/store.ts';

/**
Moves the artifacts that failed their verification to where neo4j-admin does not look: copied on the server, the size compared, then removed. Done again, it goes on where it was. Answers what could not be moved; the next run is a FULL, which builds on none of them.
*/
export const quarantine = async (store: Store, manifests: readonly RunManifest[]): Promise<readonly string[]> => {
	const problems: string[] = [];
	for (const {name, size} of manifests.flatMap(({artifacts}) => artifacts).filter(({verification}) => verification === 'failed')) {
		try {
			await putAside(store, name, size);
		} catch (error) {
			if (!(error instanceof StoreError)) {
				throw error;
			}

			problems.push(`${name} could not be put aside: ${error.message}`);
		}
	}

	return problems;
};

const putAside = async (store: Store, name: string, size: number): Promise<void> => {
	const key = quarantineKey(name);
	const original = await store.stat(name);
	if (!original) {
		return;
	}

	const copy = await store.stat(key);
	if (copy?.size !== size) {
		await store.copy(name, key);
		const made = await store.stat(key);
		if (made?.size !== original.size) {
			throw new StoreError('DoubtfulAnswer', `the copy ${key} has ${made?.size ?? 'no'} bytes, the original ${original.size}`);
		}
	}

	const [failure] = await store.delete([name]);
	if (failure) {
		throw new StoreError(failure.reason === 'Unknown' ? 'Unknown' : failure.reason, `it lies in ${key}, but the original stays: ${failure.message}`);
	}
};
