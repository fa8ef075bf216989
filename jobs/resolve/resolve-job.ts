import {podCredentials} from '../pod.ts';
import {readRestoreKey} from '../restore-key.ts';
import {leaveTerminationMessage} from '../termination.ts';
import {openPlaces} from '../places.ts';
import {resolveSource} from './resolve.ts';
import {ConfigurationError, TerminalError, toError} from '#shared/errors.ts';
import {type Log} from '#shared/log.ts';
import {encodeResolveOutcome, type ResolveOutcome} from '#shared/restore/resolve-outcome.ts';
import {readRestoreSpec, type RestoreJobSpec} from '#shared/restore/restore-spec.ts';
import {exitCodes} from '#shared/runs/exit-codes.ts';
import {openStore} from '#shared/stores/open.ts';
import {StoreError, type Store, type StoreLocation} from '#shared/stores/store.ts';

type Surroundings = {
	readonly log: Log;
	readonly print?: (line: string) => void;
	/** Default: with the credentials or the identity that the Pod has. */
	readonly open?: (location: StoreLocation) => Promise<Store>;
};

/**
What the container of a resolve Job does: it finds what a restore takes, and leaves that, or why nothing can be restored, as its termination message. Answers the exit code: 0 for every answer, a refusal included.
*/
export const runResolveJob = async (environment: NodeJS.ProcessEnv, surroundings: Surroundings): Promise<number> => {
	const leave = async (text: string) => leaveTerminationMessage(text, environment['TERMINATION_LOG'], surroundings.print);
	try {
		const spec = readRestoreSpec(environment);
		await leave(encodeResolveOutcome(await resolve(spec, environment, surroundings)));
		return exitCodes.succeeded;
	} catch (error) {
		surroundings.log.error({error: toError(error).message}, 'the source could not be resolved');
		await leave(toError(error).message);
		return error instanceof TerminalError ? exitCodes.permanent : exitCodes.retry;
	}
};

const resolve = async (spec: RestoreJobSpec, environment: NodeJS.ProcessEnv, {open, log}: Surroundings): Promise<ResolveOutcome> => {
	const places = openPlaces(spec.location, open ?? (async location => openStore(location, podCredentials(environment))));
	try {
		return refuseLongPath(await resolveSource(places, spec, await readRestoreKey(spec, environment)));
	} catch (error) {
		const refusal = refusalOf(error);
		if (!refusal) {
			throw error;
		}

		log.warn(refusal, 'the source is refused');
		return refusal;
	} finally {
		await places.close();
	}
};

/** As the status can hold it, which has it as `storage.path`. */
const longestPath = 512;

const refuseLongPath = (outcome: ResolveOutcome): ResolveOutcome => {
	if (outcome.outcome === 'resolved' && outcome.path.length > longestPath) {
		throw new ConfigurationError(`The folder of the backup has a path of ${outcome.path.length} characters, and ${longestPath} is the most: copy the backup to a folder with a shorter one`, 'PathTooLong');
	}

	return outcome;
};

/** What is gone since it was selected is selected anew by the next attempt. */
const refusalOf = (error: unknown): ResolveOutcome & {readonly outcome: 'refused'} | undefined => {
	if (error instanceof ConfigurationError && error.reason === 'BackupGone') {
		throw new Error(error.message, {cause: error});
	}

	if (error instanceof StoreError) {
		return error.retryable ? undefined : {outcome: 'refused', reason: error.code, message: error.message};
	}

	return error instanceof TerminalError
		? {outcome: 'refused', reason: error instanceof ConfigurationError ? error.reason : 'SourceRefused', message: error.message}
		: undefined;
};
