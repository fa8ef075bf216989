import pMap from 'p-map';
import {StoreError, type DeleteFailure} from './store.ts';

/**
Deletes key by key for a provider without batches, `concurrency` at a time. What keeps only this key (a right, a lock, a load) becomes its failure; what keeps all of them is thrown.
*/
export const deleteEach = async (keys: readonly string[], remove: (key: string) => Promise<void>, concurrency: number): Promise<readonly DeleteFailure[]> => {
	const failures: DeleteFailure[] = [];
	await pMap(keys, async key => {
		try {
			await remove(key);
		} catch (error) {
			failures.push(toFailure(key, error));
		}
	}, {concurrency});
	return failures;
};

const toFailure = (key: string, error: unknown): DeleteFailure => {
	if (error instanceof StoreError && (error.code === 'AccessDenied' || error.code === 'Busy' || error.code === 'Locked')) {
		return {
			key, reason: error.code, message: error.message, ...(error.retryAfter !== undefined && {retryAfter: error.retryAfter}),
		};
	}

	throw error;
};
