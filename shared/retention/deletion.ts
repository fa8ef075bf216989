import {archiveKey, quarantineKey} from '../catalogue/keys.ts';
import {type CatalogueArtifact} from '../catalogue/artifacts.ts';
import {deleteEach} from '../stores/delete-each.ts';
import {StoreError, type DeleteFailure, type Store} from '../stores/store.ts';
import {type Verdict} from './plan.ts';
import {type RetentionPolicy} from './policy.ts';

/**
What should have gone and stayed.
*/
export type StayedArtifact = {readonly name: string; readonly reason: string; readonly isLocked?: boolean; readonly retryAfter?: Date};

/**
What of some files stayed, and keys of which there is no file at all any more.
*/
export type Removal = {readonly failures: readonly DeleteFailure[]; readonly lost: readonly string[]};

/** Copies that are under way at a time: each may be of many parts. */
const movesAtOnce = 8;

/**
Moves artifacts to the archive, or on: one of which a copy is there already loses its original. Answers what stayed, and the keys of which there is no file at all any more.
*/
export const archiveFiles = async (store: Store, artifacts: readonly CatalogueArtifact[]): Promise<Removal> => {
	const {archiving} = store;
	const targets = new Map(artifacts.map(artifact => [keyOf(artifact), archiveKey(archiving, artifact.name)]));
	const lost: string[] = [];
	const failures = await deleteEach([...targets.keys()], async key => {
		try {
			await store.move(key, targets.get(key)!, archiving.tier === undefined ? {} : {tier: archiving.tier});
		} catch (error) {
			if (!(error instanceof StoreError) || error.code !== 'ObjectNotFound') {
				throw error;
			}

			lost.push(key);
		}
	}, movesAtOnce);
	return {failures, lost};
};

/**
Exactly the file that a manifest named, wherever it lies now.
*/
export const keyOf = ({name, state}: CatalogueArtifact): string => state === 'quarantined' ? quarantineKey(name) : name;

/**
Deletes or archives one artifact of each of some chains, in one go; a store that stops answering is an answer.
*/
export const removeWave = async (store: Store, wave: readonly Verdict[], versions: RetentionPolicy['versions']): Promise<Removal | StoreError> => {
	const artifacts = wave.map(({artifact}) => artifact);
	try {
		if (artifacts.length === 0) {
			return {failures: [], lost: []};
		}

		return wave[0]!.verdict === 'archive'
			? await archiveFiles(store, artifacts)
			: {failures: await store.delete(artifacts.map(artifact => keyOf(artifact)), {versions}), lost: []};
	} catch (error) {
		if (error instanceof StoreError) {
			return error;
		}

		throw error;
	}
};
