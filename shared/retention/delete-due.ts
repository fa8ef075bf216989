import {type Directory} from '../catalogue/directory.ts';
import {type Store, type StoreError} from '../stores/store.ts';
import {catalogueChange} from './catalogue-change.ts';
import {confirmAgain, confirmListings, type DatabaseListing} from './confirm-listing.ts';
import {archiveFiles, type StayedArtifact} from './deletion.ts';
import {withoutLocked} from './locked-chains.ts';
import {type Verdict} from './plan.ts';
import {type PlannedDatabase} from './planned-database.ts';
import {chainRemover, type ChainRemover, type ReasonToStay} from './remove-chains.ts';
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
A database of which something is due or in doubt, beside a whole listing of it, and when that was begun.
*/
export type ListedDatabase = {readonly planned: PlannedDatabase; readonly listing: DatabaseListing; readonly listedAt: number};

/**
What was done already, and the chains that every guard lets go.
*/
export type ConfirmedWork = {readonly work: DueWork; readonly free: Chains};

/**
Tells which chains of these databases may be deleted or archived, and finishes what an earlier sweep began to move, if every guard agrees: no attempt is open, the clocks of API server, store and this machine agree, a complete listing of the databases shows what the catalogue says, and no lock keeps a member.
*/
export const confirmDue = async (input: SweepInput, directory: Directory, databases: readonly ListedDatabase[]): Promise<ConfirmedWork> => {
	const {store} = input;
	const [now, storeNow] = await Promise.all([input.now(), store.now()]);
	const refusal = refuseDeletion(directory, now) ?? refuseClocks(now, storeNow, 'The API server and the store');
	if (refusal) {
		return {work: {...noWork, refusal}, free: []};
	}

	const confirmation = confirmListings(databases.map(({listing}) => listing));
	const {found, isWhole, listed} = confirmation;
	const seen = {absent: found.flatMap(({absent}) => absent), returned: found.flatMap(({returned}) => returned), isConfirmed: isWhole};
	if (confirmation.refusal) {
		return {work: {...noWork, ...seen, refusal: confirmation.refusal}, free: []};
	}

	const planned = databases.map(one => one.planned);
	const lingering = new Set(found.flatMap(one => one.lingering));
	const unfinished = await finishMoves(input, planned, lingering);
	const {free, held} = await withoutLocked(store, planned.flatMap(({due}) => due), {listed, now: storeNow});
	return {
		work: {
			...noWork, ...seen, gone: finishedMoves(planned, lingering, unfinished), failures: held, lingering: unfinished,
		}, free,
	};
};

/**
Removes chains of any databases. Before each request it looks again whether the CR, the catalogue (pins, attempts, other sweeps) or the deadline wants it to stop.
*/
export const dueRemover = (input: SweepInput, directory: Directory): ChainRemover => chainRemover(input.store, {
	versions: input.policy?.versions ?? 'Keep',
	limits: input.limits,
	isOver: input.isOver ?? (() => false),
	async reasonToStop() {
		const changed = await Promise.all([input.changed(), catalogueChange(input.store, directory.listing)]);
		return changed.find(text => text !== undefined);
	},
});

/**
Why a chain of these databases must stay after all: their listing has grown old, and a new one shows something else.
*/
export const whyStay = ({store, limits, localNow}: Pick<SweepInput, 'limits' | 'localNow'> & {store: Store}, databases: ReadonlyArray<Omit<ListedDatabase, 'listing'>>): ReasonToStay => async (chains, gone) => {
	const names = new Set(chains.map(([first]) => first!.artifact.database));
	const old = databases.filter(({planned: {content}, listedAt}) => names.has(content.database) && localNow().getTime() - listedAt > limits.listingMaxAgeMs);
	if (old.length === 0) {
		return undefined;
	}

	const {refusal} = await confirmAgain(store, old.map(({planned}) => planned), new Set(gone.map(({artifact: {name}}) => name)));
	return refusal?.message;
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
