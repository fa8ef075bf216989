import {settledNames} from '#shared/catalogue/encrypted-record.ts';
import {parseArtifactName} from '#shared/catalogue/manifest.ts';
import {type Catalogue} from '#shared/catalogue/read.ts';
import {type Store} from '#shared/stores/store.ts';

export type UnnamedArtifact = {readonly name: string; readonly database: string; readonly stamp: string; readonly size: number};

/**
The artifacts that lie in the directory and that the catalogue neither names nor remembers, encrypted ones included. Sizes are in bytes.
*/
export const unnamedArtifacts = async (store: Store, catalogue: Catalogue): Promise<readonly UnnamedArtifact[]> => {
	const settled = settledNames(catalogue);
	const found: UnnamedArtifact[] = [];
	for await (const page of store.list('')) {
		for (const {key, size} of page) {
			const parsed = key.includes('/') || settled.has(key) ? undefined : parseArtifactName(key);
			if (parsed) {
				found.push({name: key, ...parsed, size});
			}
		}
	}

	return found;
};

/**
Those that were written at an instant or later, by the time in their names.
*/
export const writtenSince = (artifacts: readonly UnnamedArtifact[], instant: Date): readonly UnnamedArtifact[] => {
	const since = instant.toISOString().slice(0, 19).replaceAll(':', '-');
	return artifacts.filter(({stamp}) => stamp >= since);
};
