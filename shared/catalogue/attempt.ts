import {type Store} from '../stores/store.ts';
import {attemptKey} from './keys.ts';

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
Says, before neo4j-admin may write, that an attempt of a run is under way (decision D69). It is closed by the manifest of that run; until then nothing of the directory is deleted. Opening the same attempt again changes nothing.
*/
export const openAttempt = async (store: Store, attempt: Attempt): Promise<void> => {
	await store.create(attemptKey(attempt.runID, attempt.attempt), JSON.stringify({version: 1, ...attempt}));
};
