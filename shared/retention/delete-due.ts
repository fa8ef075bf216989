import {type Directory} from '../catalogue/directory.ts';
import {type StoreError} from '../stores/store.ts';
import {catalogueChange, confirmListing} from './confirm-listing.ts';
import {archiveFiles, type StayedArtifact} from './deletion.ts';
import {withoutLocked} from './locked-chains.ts';
import {type Verdict} from './plan.ts';
import {type PlannedDatabase} from './planned-database.ts';
import {removeChains, type Deletion} from './remove-chains.ts';
import {refuseClocks, refuseDeletion, type Refusal} from './refusal.ts';
import {type SweepInput} from './sweep-input.ts';

/**
What came of the deletions in some databases.
*/
export type DueWork = {
	readonly gone: readonly Verdict[];
	readonly failures: readonly StayedArtifact[];
	/** What the listing contradicted, to be remembered. */
	readonly absent: readonly string[];
	readonly returned: readonly string[];
	/** Names of archived artifacts whose originals could not be removed yet. */
	readonly lingering: readonly string[];
	/** Whether a whole listing was compared with the catalogue. */
	readonly isConfirmed: boolean;
	/** Why nothing was deleted. */
	readonly refusal?: Refusal;
	/** Why the rest was left to the next sweep. */
	readonly stopped?: string;
	readonly error?: StoreError;
};

type Chains = ReadonlyArray<readonly Verdict[]>;

export const noWork: DueWork = {
	gone: [], failures: [], absent: [], returned: [], lingering: [], isConfirmed: false,
};

/**
Deletes or archives the chains of these databases whose grace is over, and looks whether those that may stay after all are there, if every guard agrees: no attempt is open, the clocks of API server, store and this machine agree, and a complete listing of the databases shows what the catalogue says. Before each request it looks again whether the CR, the catalogue (pins, attempts, other sweeps) or the deadline wants it to stop.
*/
export const deleteDue = async (input: SweepInput, directory: Directory, databases: readonly PlannedDatabase[]): Promise<DueWork> => {
	const {store} = input;
	const now = await input.now();
	const refusal = refuseDeletion(directory, now) ?? refuseClocks(now, await store.now(), 'The API server and the store');
	if (refusal) {
		return {...noWork, refusal};
	}

	const confirmation = await confirmListing(store, databases);
	const found = [...confirmation.found.values()];
	const seen = {absent: found.flatMap(({absent}) => absent), returned: found.flatMap(({returned}) => returned), isConfirmed: confirmation.isWhole};
	if (confirmation.refusal) {
		return {...noWork, ...seen, refusal: confirmation.refusal};
	}

	const listedAt = input.localNow().getTime();
	const lingering = new Set(found.flatMap(one => one.lingering));
	const unfinished = await finishMoves(input, databases, lingering);
	const {free, held} = await withoutLocked(store, databases.flatMap(({due}) => due), {listed: confirmation.listed, now: await store.now()});
	const done = await removeFree(input, directory, {databases, free, listedAt});
	return {
		...noWork, ...done, ...seen, gone: [...finishedMoves(databases, lingering, unfinished), ...done.gone], failures: [...held, ...done.failures], lingering: unfinished,
	};
};

/** What an earlier sweep began to archive and could not tell any more, with the reason that it was marked for. */
const finishedMoves = (databases: readonly PlannedDatabase[], lingering: ReadonlySet<string>, unfinished: readonly string[]) => databases.flatMap(({doubtful, content: {marks}}) => doubtful
	.filter(({artifact: {name}}) => lingering.has(name) && !unfinished.includes(name))
	.map((verdict): Verdict => ({...verdict, verdict: 'archive', reason: marks.expiring.find(({name}) => name === verdict.artifact.name)?.reason ?? verdict.reason})));

/** Removes the originals of which a whole copy is in the archive; answers the names of those that stayed. */
const finishMoves = async ({store, log, sweepID}: SweepInput, databases: readonly PlannedDatabase[], lingering: ReadonlySet<string>): Promise<readonly string[]> => {
	const {failures} = await archiveFiles(store, databases.flatMap(({content: {artifacts}}) => artifacts.filter(({name}) => lingering.has(name))));
	if (failures.length > 0) {
		log.info({sweep: sweepID, files: failures.length, reason: failures[0]!.message}, 'originals of archived artifacts could not be removed');
	}

	return failures.map(({key}) => key);
};

type Removal = {readonly databases: readonly PlannedDatabase[]; readonly free: Chains; readonly listedAt: number};

const removeFree = async (input: SweepInput, directory: Directory, {databases, free, listedAt}: Removal): Promise<Deletion> => {
	const {store, limits, localNow} = input;
	return removeChains(store, free, {
		versions: input.policy?.versions ?? 'Keep',
		limits,
		isOver: () => input.signal?.aborted === true,
		async reasonToStop(chains, gone) {
			const changed = await Promise.all([input.changed(), catalogueChange(store, directory.listing)]);
			const reason = changed.find(text => text !== undefined);
			if (reason !== undefined || localNow().getTime() - listedAt <= limits.listingMaxAgeMs) {
				return reason;
			}

			const names = new Set(chains.map(([first]) => first!.artifact.database));
			const {refusal} = await confirmListing(store, databases.filter(({content: {database}}) => names.has(database)), gone);
			return refusal?.message;
		},
	});
};
