import {ConfigurationError} from '../errors.ts';
import {type RunEncryption} from '../runs/run-spec.ts';
import {type StoreLocation} from '../stores/store.ts';

/**
What of a storage is to be restored: the newest of the database, a file or a folder below the location, or one artifact that lies in the location itself.
*/
export type WantedBackup
	= | {readonly kind: 'newest'}
		| {readonly kind: 'path'; readonly path: string}
		| {readonly kind: 'artifact'; readonly name: string};

/**
All that the containers of a restore need to know, as one JSON text in their environment. It holds no secret.
*/
export type RestoreJobSpec = {
	/** The Neo4jRestore, as `<namespace>/<name>`. */
	readonly restore: string;
	readonly uid: string;
	readonly location: StoreLocation;
	/** The name that the database has afterwards; that in the backup may be another one (decision D46). */
	readonly database: string;
	readonly wanted: WantedBackup;
	/** RFC 3339. */
	readonly pointInTime?: string;
	/** Where the key is from; the file that holds it is named by `ENCRYPTION_KEY_FILE`. */
	readonly encryption?: RunEncryption;
	/** The Neo4jBackup whose directory it is: one that has no backup yet will have one. */
	readonly backupRef?: string;
};

export const restoreSpecVariable = 'RESTORE';

/** Names the folder that `fetch` fills. */
export const restoreFolderVariable = 'RESTORE_FOLDER';

/**
Reads the restore out of the environment.
*/
export const readRestoreSpec = (environment: NodeJS.ProcessEnv): RestoreJobSpec => {
	const text = environment[restoreSpecVariable];
	if (!text) {
		throw new ConfigurationError(`${restoreSpecVariable} is not set: this command runs inside the Pod of a restore`);
	}

	return JSON.parse(text) as RestoreJobSpec;
};
