import {findSource, type Source} from '../find-source.ts';
import {openPlaces} from '../places.ts';
import {podCredentials} from '../pod.ts';
import {readRestoreKey} from '../restore-key.ts';
import {leaveTerminationMessage} from '../termination.ts';
import {fetchArtifacts} from './fetch-artifacts.ts';
import {fetchBackups} from './fetch-backups.ts';
import {filesBefore} from './files-before.ts';
import {formatBytes} from '#shared/api/sizes.ts';
import {ConfigurationError, TerminalError, toError} from '#shared/errors.ts';
import {type Log} from '#shared/log.ts';
import {type GivenKey} from '#shared/restore/decryption-key.ts';
import {readRestoreSpec, restoreFolderVariable} from '#shared/restore/restore-spec.ts';
import {exitCodes} from '#shared/runs/exit-codes.ts';
import {openStore} from '#shared/stores/open.ts';
import {type Store, type StoreLocation} from '#shared/stores/store.ts';

type Surroundings = {
	readonly log: Log;
	readonly print?: (line: string) => void;
	/** Default: with the credentials or the identity that the Pod has. */
	readonly open?: (location: StoreLocation) => Promise<Store>;
};

/**
What the container `fetch` of a restore does: it brings the chain that ends at the resolved artifact into a folder, decrypted, where neo4j-admin cannot read it itself. The pin of the restore holds it meanwhile. Answers the exit code.
*/
export const runFetchJob = async (environment: NodeJS.ProcessEnv, surroundings: Surroundings): Promise<number> => {
	const {log, open = async (location: StoreLocation) => openStore(location, podCredentials(environment))} = surroundings;
	try {
		const spec = readRestoreSpec(environment);
		const folder = environment[restoreFolderVariable];
		if (!folder) {
			throw new ConfigurationError(`${restoreFolderVariable} is not set: it names the folder to be filled`);
		}

		const key = await readRestoreKey(spec, environment);
		const places = openPlaces(spec.location, open);
		try {
			const files = await fetchSource(await findSource(places, spec), {folder, key, log});
			log.info({files, folder}, 'the source was fetched');
		} finally {
			await places.close();
		}

		return exitCodes.succeeded;
	} catch (error) {
		const {message} = toError(error);
		log.error({error: message}, 'the source could not be fetched');
		await leaveTerminationMessage(message, environment['TERMINATION_LOG'], surroundings.print);
		return error instanceof TerminalError ? exitCodes.permanent : exitCodes.retry;
	}
};

type Into = {readonly folder: string; readonly key: GivenKey | undefined; readonly log: Log};

const fetchSource = async (source: Source, {folder, key, log}: Into): Promise<readonly string[]> => {
	const {place: {store, location}} = source;
	const progress = teller(log);
	if (source.kind === 'folder') {
		throw new ConfigurationError(`${store.uri} is a folder: a restore fetches the one artifact that was resolved`);
	}

	if (source.kind === 'file') {
		const files = await filesBefore(store, source.file, key);
		const total = files.reduce((sum, {size}) => sum + size, 0);
		let bytes = 0;
		await fetchArtifacts(store, files, {
			folder,
			key,
			onBytes(count) {
				bytes += count;
				progress(bytes, total);
			},
		});
		return files.map(({name}) => name);
	}

	const {databases} = await fetchBackups({
		store, location, folder, key, databases: [], wanted: {kind: 'artifact', name: source.name}, thawed: source.thawed, keepsEncrypted: false, evenExpiring: true, isDryRun: false, holder: undefined,
	}, {
		id: '',
		now: (now => () => now)(await store.now()),
		progress,
		note(text) {
			log.warn(text);
		},
	});
	return databases.flatMap(({files}) => files.map(({name}) => name));
};

/** A line for each tenth. */
const teller = (log: Log) => {
	let told = 0;
	return (bytes: number, ofBytes: number): void => {
		const tenth = Math.floor((bytes * 10) / Math.max(1, ofBytes));
		if (tenth > told) {
			told = tenth;
			log.info(`${formatBytes(bytes)} of ${formatBytes(ofBytes)}`);
		}
	};
};
