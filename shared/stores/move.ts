import {StoreError, type StoredObject} from './store.ts';

type Move = {
	/** How the move is spoken of in errors: `Moving a to b in bucket c`. */
	readonly name: string;
	readonly source: StoredObject | undefined;
	readonly target: StoredObject | undefined;
	readonly copy: () => Promise<void>;
	/** Removes exactly what was copied. */
	readonly remove: () => Promise<void>;
};

/**
Moves an object in two steps, of which each may be the last before a crash: a copy, which is not made again where a whole one lies, then the end of the original. What was moved already counts as moved.
*/
export const moveInSteps = async ({name, source, target, copy, remove}: Move): Promise<void> => {
	if (source === undefined) {
		if (target === undefined) {
			throw new StoreError('ObjectNotFound', `${name} failed: there is nothing to move.`);
		}

		return;
	}

	if (target?.size !== source.size) {
		await copy();
	}

	await remove();
};
