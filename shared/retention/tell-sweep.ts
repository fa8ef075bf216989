import {sweepKey} from '../catalogue/keys.ts';
import {deletedArtifacts, told} from './deleted-artifacts.ts';
import {type StayedArtifact} from './deletion.ts';
import {type Verdict} from './plan.ts';
import {type DeletedArtifact} from './sweep-outcome.ts';
import {type SweepInput} from './sweep-input.ts';

/** Artifacts that one record names; a longer list is told in several. */
const recordSize = 5000;

export type Told = {readonly verdicts: readonly Verdict[]; readonly gone: readonly Verdict[]; readonly failures: readonly StayedArtifact[]};

/** What a sweep has counted so far. */
export type Counts = {readonly kept: number; readonly marked: number};

/**
Tells what a sweep does, and writes its whole list to the directory, for people: `.neo4j-backup/sweeps/<id>.json`. A plan names every artifact, another sweep only those that go. What is too long for one record is told in several, each a result of its own with a number behind the id, so that no list has to be in memory at once.
*/
export const sweepTeller = (input: SweepInput, now: Date) => {
	const isPlan = input.policy?.mode === 'Plan';
	let records = 0;
	let artifacts: Array<Record<string, unknown>> = [];
	let planned: DeletedArtifact[] = [];
	let deleted: DeletedArtifact[] = [];
	let failures: StayedArtifact[] = [];

	/** The record first, then the events. */
	const flush = async ({kept, marked}: Counts): Promise<void> => {
		records++;
		const sweepID = records === 1 ? input.sweepID : `${input.sweepID}-${records}`;
		const mode = isPlan ? 'Plan' as const : 'Enforce' as const;
		await input.store.create(sweepKey(sweepID), JSON.stringify({
			version: 1, sweepID, endedAt: now.toISOString(), mode, policy: input.policy, kept, artifacts, deleted, failures,
		}));
		await input.announce?.({
			sweepID, mode, deleted: isPlan ? planned : deleted, kept, expired: marked, failures: failures.map(({name, reason}) => ({name, reason})),
		});
		[artifacts, planned, deleted, failures] = [[], [], [], []];
	};

	return {
		/** Takes what is to be told, and tells it once it is much. */
		async add(news: Told, counts: Counts): Promise<void> {
			const named = news.verdicts.filter(({verdict}) => isPlan || verdict !== 'keep');
			artifacts.push(...named.map(({artifact: {name, database, size}, chain, verdict, reason}) => ({
				name, database, size, chain, verdict, reason,
			})));
			planned.push(...isPlan ? news.verdicts.filter(({verdict}) => verdict !== 'keep').map(verdict => told(verdict)) : []);
			deleted.push(...deletedArtifacts(news.gone));
			failures.push(...news.failures);
			if (artifacts.length >= recordSize) {
				await flush(counts);
			}
		},
		/** Tells the rest; of a plan always something. */
		async end(counts: Counts): Promise<void> {
			if (artifacts.length + deleted.length + failures.length > 0 || (isPlan && records === 0)) {
				await flush(counts);
			}
		},
	};
};
