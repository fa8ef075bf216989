import {fetchArtifacts, type FetchedFile} from './fetch-artifacts.ts';
import {planFiles, type PlannedFile} from './plan-files.ts';
import {selectDatabases, type DatabaseChoice, type LeftOut} from './select-databases.ts';
import {openDirectory, readDatabase, type Directory} from '#shared/catalogue/directory.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {checkKey, type GivenKey} from '#shared/restore/decryption-key.ts';
import {holdPin, type HeldPin} from '#shared/restore/hold-pin.ts';
import {refuseGoing} from '#shared/restore/refuse-selection.ts';
import {type Selection} from '#shared/restore/select-point.ts';
import {type Store} from '#shared/stores/store.ts';

export type FetchRequest = DatabaseChoice & {
	readonly store: Store;
	readonly folder: string;
	readonly key: GivenKey | undefined;
	/** Encrypted artifacts stay as they are. */
	readonly keepsEncrypted: boolean;
	/** Takes what a sweep has marked to expire, because no sweep comes any more. */
	readonly evenExpiring: boolean;
	/** Nothing is written, neither here nor in the store. */
	readonly isDryRun: boolean;
	/** Who fetches and where to, for people who find the pin; undefined where somebody else holds what is read. */
	readonly holder: string | undefined;
};

type Surroundings = {
	/** Another one for each fetch. */
	readonly id: string;
	/** The store's clock. */
	readonly now: () => Date;
	/** Tells how much of how much has come. */
	readonly progress: (bytes: number, ofBytes: number) => void;
	/** Tells what a person should know and nothing depends on. */
	readonly note: (text: string) => void;
};

export type FetchedDatabase = {readonly selection: Selection; readonly files: ReadonlyArray<PlannedFile & Partial<Pick<FetchedFile, 'isNew'>>>};

export type FetchResult = {readonly databases: readonly FetchedDatabase[]; readonly leftOut: readonly LeftOut[]};

/** Long enough for a machine that sleeps over night; the next sweep after it removes what nobody renews. */
const pinLifetimeMs = 24 * 60 * 60_000;

/**
Brings what a restore of some databases takes into one folder. The catalogue is read and the choice made; then what was chosen is pinned, the catalogue read once more, and what a sweep may be deleting is refused (decision D39); then it is copied, while the pin is renewed.
*/
export const fetchBackups = async (request: FetchRequest, surroundings: Surroundings): Promise<FetchResult> => {
	const {store, isDryRun, evenExpiring} = request;
	const {now, note} = surroundings;
	const directory = await openDirectory(store);
	noteProblems(directory, note);
	const {selections, leftOut} = await selectDatabases(directory, request, now());
	const members = selections.flatMap(selection => selection.members);
	if (!request.keepsEncrypted) {
		await checkKey(members, request.key);
	}

	const planned = selections.map(selection => ({selection, files: planFiles(selection, {archiving: store.archiving, keepsEncrypted: request.keepsEncrypted})}));
	if (isDryRun) {
		await refuseEach(store, directory, selections, {evenExpiring, pinned: false});
		return {databases: planned, leftOut};
	}

	const pin = request.holder === undefined
		? heldByOthers
		: await holdPin(store, {id: surroundings.id, holder: request.holder, artifacts: members.map(({name}) => name)}, {now, lifetimeMs: pinLifetimeMs});
	if (pin.problem) {
		note(`What is read cannot be held, because ${pin.problem.message} A sweep at the same time may delete it: with spec.retention.mode: Plan it does not`);
	}

	let isHeldOn = false;
	try {
		await refuseEach(store, await openDirectory(store), selections, {evenExpiring, pinned: pin.problem === undefined});
		return {databases: await copyAll(planned, request, {...surroundings, pin}), leftOut};
	} catch (error) {
		// Until then the next sweep takes the mark back.
		isHeldOn = error instanceof ConfigurationError && error.reason === 'BackupExpiring';
		throw error;
	} finally {
		await (isHeldOn ? undefined : pin.release());
	}
};

const heldByOthers: HeldPin = {
	async renew() {
		// Who holds it says until when.
	},
	async release() {
		// It is not ours to let go of.
	},
};

const noteProblems = ({unreadable: [first, ...rest]}: Directory, note: (text: string) => void): void => {
	if (first) {
		note(`A part of the catalogue cannot be read, and backups of which it tells are not seen: ${first.message}${rest.length > 0 ? ` (and ${rest.length} more)` : ''}`);
	}
};

const refuseEach = async (store: Store, directory: Directory, selections: readonly Selection[], options: Parameters<typeof refuseGoing>[2]): Promise<void> => {
	for (const selection of selections) {
		const {artifacts, marks: {expiring}} = await readDatabase(store, directory, selection.database);
		refuseGoing(selection, {artifacts, expiring}, options);
	}
};

type Copying = Surroundings & {readonly pin: HeldPin};

const copyAll = async (planned: readonly FetchedDatabase[], {store, folder, key}: FetchRequest, {pin, progress}: Copying): Promise<readonly FetchedDatabase[]> => {
	const files = planned.flatMap(database => database.files);
	const total = files.reduce((sum, {size}) => sum + size, 0);
	let bytes = 0;
	const fetched = await fetchArtifacts(store, files, {
		folder,
		key,
		async onBytes(count) {
			bytes += count;
			progress(bytes, total);
			await pin.renew();
		},
	});
	const byKey = new Map(fetched.map(file => [file.key, file]));
	return planned.map(database => ({...database, files: database.files.map(file => byKey.get(file.key)!)}));
};

