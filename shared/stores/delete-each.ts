import pMap from 'p-map';
import {StoreError, type DeleteFailure, type StoreErrorCode} from './store.ts';

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
	const reason = error instanceof StoreError ? reasons[error.code] : undefined;
	if (!(error instanceof StoreError) || reason === undefined) {
		throw error;
	}

	return {
		key, reason, message: error.message, ...(error.retryAfter !== undefined && {retryAfter: error.retryAfter}),
	};
};

const reasons: Partial<Record<StoreErrorCode, DeleteFailure['reason']>> = {
	AccessDenied: 'AccessDenied',
	Locked: 'Locked',
	Busy: 'Busy',
	Unsupported: 'Unknown',
	Unknown: 'Unknown',
};
