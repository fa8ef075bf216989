import {quarantineKey} from '#shared/catalogue/keys.ts';
import {type RunManifest} from '#shared/catalogue/manifest.ts';
import {StoreError, type Store} from '#shared/stores/store.ts';

/**
Moves the artifacts that failed their verification to where neo4j-admin does not look. Done again, it goes on where it was. Answers what could not be moved; the next run is a FULL, which builds on none of them.
*/
export const quarantine = async (store: Store, manifests: readonly RunManifest[]): Promise<readonly string[]> => {
	const problems: string[] = [];
	for (const {name} of manifests.flatMap(({artifacts}) => artifacts).filter(({verification}) => verification === 'failed')) {
		try {
			await store.move(name, quarantineKey(name));
		} catch (error) {
			if (!(error instanceof StoreError)) {
				throw error;
			}

			problems.push(`${name} could not be put aside: ${error.message}`);
		}
	}

	return problems;
};
