import {type ServerClock} from '../kube/server-clock.ts';
import {StoreError} from './store.ts';

/**
The store's own time, by the `Date` of any answer so far, or else of one that `ask` brings; a refusal tells the time too.
*/
export const storeTime = async ({clock, name}: {readonly clock: ServerClock; readonly name: string}, ask: () => Promise<unknown>): Promise<Date> => {
	if (clock.now() === undefined) {
		await ask().catch((error: unknown) => {
			if (clock.now() === undefined) {
				throw error;
			}
		});
	}

	const now = clock.now();
	if (now === undefined) {
		throw new StoreError('DoubtfulAnswer', `Asking ${name} for the time failed: its answers have no Date.`);
	}

	return now;
};
