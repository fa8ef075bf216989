import {type Store} from '../stores/store.ts';
import {attemptKey} from './keys.ts';

/** The number of an attempt that stands for the artifacts of a lost catalogue: those of runs begin with 1. */
const rebuilding = 0;

export type Attempt = {
	readonly runID: string;
	readonly attempt: number;
	/** RFC 3339, UTC. */
	readonly startedAt: string;
	/** Name of the pod. */
	readonly pod: string;
	/** Databases asked for. */
	readonly requested: readonly string[];
};

/**
Whether an attempt stands for artifacts whose manifests were lost: the next report writes them anew.
*/
export const isRebuilding = ({attempt}: Pick<Attempt, 'attempt'>): boolean => attempt === rebuilding;

/**
Says that the catalogue is to be rebuilt from artifacts written since an instant. Like any open attempt it keeps sweeps from deleting until its manifest is there.
*/
export const openRebuild = async (store: Store, rebuild: Omit<Attempt, 'attempt' | 'requested'>): Promise<void> => openAttempt(store, {...rebuild, attempt: rebuilding, requested: []});

/**
Says, before neo4j-admin may write, that an attempt of a run is under way (decision D69). It is closed by the manifest of that run; until then nothing of the directory is deleted. Opening the same attempt again changes nothing.
*/
export const openAttempt = async (store: Store, attempt: Attempt): Promise<void> => {
	await store.create(attemptKey(attempt.runID, attempt.attempt), JSON.stringify({version: 1, ...attempt}));
};
