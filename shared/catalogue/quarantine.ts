import {StoreError, type Store} from '../stores/store.ts';
import {quarantineKey} from './keys.ts';
import {type ManifestArtifact} from './manifest.ts';

export type StayedInTheWay = {readonly name: string; readonly error: StoreError};

/**
Moves the artifacts that failed their verification to where neo4j-admin does not look. Done again, it goes on where it was. Answers what could not be moved; the next run is a FULL, which builds on none of them.
*/
export const quarantine = async (store: Store, artifacts: ReadonlyArray<Pick<ManifestArtifact, 'name' | 'verification'>>): Promise<readonly StayedInTheWay[]> => {
	const stayed: StayedInTheWay[] = [];
	for (const {name} of artifacts.filter(({verification}) => verification === 'failed')) {
		try {
			await store.move(name, quarantineKey(name));
		} catch (error) {
			if (!(error instanceof StoreError)) {
				throw error;
			}

			stayed.push({name, error});
		}
	}

	return stayed;
};
