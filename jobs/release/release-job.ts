import {directoryAbove} from '../places.ts';
import {podCredentials} from '../pod.ts';
import {toError} from '#shared/errors.ts';
import {type Log} from '#shared/log.ts';
import {removeRestorePins} from '#shared/restore/restore-pin.ts';
import {readRestoreSpec, type RestoreJobSpec} from '#shared/restore/restore-spec.ts';
import {exitCodes} from '#shared/runs/exit-codes.ts';
import {openStore} from '#shared/stores/open.ts';
import {type Store, type StoreLocation} from '#shared/stores/store.ts';

type Surroundings = {
	readonly log: Log;
	/** Default: with the credentials or the identity that the Pod has. */
	readonly open?: (location: StoreLocation) => Promise<Store>;
};

/**
What the container `release` of a restore does, when the data is restored: it lets go of the source. The data is there whatever becomes of that, so it never fails: a pin that stays expires.
*/
export const runReleaseJob = async (environment: NodeJS.ProcessEnv, {log, open = async location => openStore(location, podCredentials(environment))}: Surroundings): Promise<number> => {
	try {
		const spec = readRestoreSpec(environment);
		for (const path of pathsOf(spec)) {
			await release(await open({...spec.location, path}), spec, log);
		}
	} catch (error) {
		log.warn({error: toError(error).message}, 'the pin of the restore may be left, and holds what was restored until it expires');
	}

	return exitCodes.succeeded;
};

/** What was taken out of the archive is held in the directory that the archive is of. */
const pathsOf = ({location}: RestoreJobSpec): readonly string[] => [location.path, directoryAbove(location)].filter(path => path !== undefined);

const release = async (store: Store, {uid}: RestoreJobSpec, log: Log): Promise<void> => {
	try {
		const {removed, stayed} = await removeRestorePins(store, uid);
		log.info({removed, directory: store.uri}, 'the source is let go of');
		for (const {key, message} of stayed) {
			log.warn({key, message}, 'a pin of the restore could not be removed, and holds what was restored until it expires');
		}
	} finally {
		await store.close();
	}
};
