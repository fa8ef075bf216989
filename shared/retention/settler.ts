import {type Directory} from '../catalogue/directory.ts';
import {type DueWork} from './delete-due.ts';
import {type Finished} from './finish-sweep.ts';
import {type PlannedDatabase} from './planned-database.ts';
import {settleDatabase, type SettledDatabase} from './settled-database.ts';
import {type SweepInput} from './sweep-input.ts';
import {countSettled} from './tally.ts';

/** Databases whose parts are written at a time. */
const atOnce = 4;

/**
Settles databases beside whatever else goes on, some at a time, and counts and tells them in the order in which they came. Once one could not be settled no other is begun; what those under way did is counted.
*/
export const databaseSettler = (input: SweepInput, directory: Directory, {finished, now}: {finished: Finished; now: Date}) => {
	const underWay = new Set<Promise<void>>();
	let counted: Promise<void> = Promise.resolve();
	let failed: {readonly error: unknown} | undefined;

	const throwFailure = (): void => {
		if (failed) {
			throw failed.error;
		}
	};

	return {
		/** Begins as soon as there is room, and does not wait for the end. */
		async settle(planned: PlannedDatabase, work: DueWork): Promise<void> {
			while (underWay.size >= atOnce) {
				await Promise.race(underWay);
			}

			throwFailure();
			const settling = settleDatabase(input, directory, {planned, work, now});
			const before = counted;
			counted = (async () => {
				try {
					const settled = await settling;
					await before;
					await count(finished, settled);
				} catch (error) {
					failed ??= {error};
				}
			})();
			const current = counted;
			underWay.add(current);
			void current.then(() => underWay.delete(current));
		},
		/** Waits for all that was begun. */
		async end(): Promise<void> {
			await counted;
			throwFailure();
		},
	};
};

const count = async ({tally, teller, entries, touched}: Finished, settled: SettledDatabase): Promise<void> => {
	const {planned: {content: {database}, verdicts}, work} = settled;
	countSettled(tally, settled);
	touched.add(database);
	if (settled.entry) {
		entries.set(database, settled.entry);
	}

	if (settled.hasNews) {
		await teller.add({verdicts, gone: work.gone, failures: work.failures}, {kept: tally.kept, marked: tally.marked});
	}
};
