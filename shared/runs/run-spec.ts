import {type StoreLocation} from '../stores/store.ts';
import {type EncryptionAlgorithm} from '../encryption/algorithm.ts';
import {ConfigurationError} from '../errors.ts';

export type BackupType = 'FULL' | 'DIFF' | 'AUTO';
export type Trigger = 'schedule' | 'once' | 'run-now' | 'event' | 'ping' | 'repair';

/**
All that the containers of a backup Job need to know of their run, as one JSON text in their environment. It holds no secret.
*/
export type RunSpec = {
	readonly runID: string;
	readonly trigger: Trigger;
	readonly scheduledTime?: string;
	/** When the run was decided on; artifacts older than this are not of this run. */
	readonly startedAt: string;
	/** Attempts that the Job's `backoffLimit` allows, the first one included. */
	readonly maxAttempts: number;
	readonly owner: {readonly cluster: string; readonly namespace: string; readonly name: string};
	/** Whether the user asked to take over a directory of another owner. */
	readonly adoptStorage: boolean;
	/** What the CR's status knows of the directory: a catalogue that knows less has been lost. Absent for a CR that has had no success. */
	readonly known?: {
		/** Time of the oldest backup. */
		readonly oldest: string;
		/** Since when backups there are this CR's own. */
		readonly since: string;
	};
	readonly location: StoreLocation;
	/** Folder that neo4j-admin writes to when it may not or cannot write to the store itself; `encrypt` or `report` moves the artifacts from there. */
	readonly staging?: string;
	/** Folders on the claim of `tempStorage`, which the attempts of a run share: each begins with them empty. */
	readonly emptied?: readonly string[];
	/** How the artifacts are encrypted before they reach the store, and where the key is from, for messages. */
	readonly encryption?: RunEncryption;
	/** Settings of the target that neo4j-admin needs too, of its TLS policy; `prepare` writes them into a file. */
	readonly settings?: Readonly<Record<string, string>>;
	/** What neo4j-admin was asked for: `*`, or one database. */
	readonly databases: readonly string[];
	/** The databases that must have a new artifact; absent when nobody could say. */
	readonly requested?: readonly string[];
	/** What this run is sent as. */
	readonly type: BackupType;
	/** What the CR asks for. */
	readonly wantedType: BackupType;
	readonly target: {readonly uid: string; readonly kind: string; readonly namespace: string; readonly name: string; readonly version?: string; readonly timeline?: string};
	/** Where a chain of this target begins anew; see decision D71. */
	readonly timeline: string;
	/** Whether each new artifact must pass `neo4j-admin database check`. */
	readonly verify?: boolean;
	/** Whether FULLs are left unrecovered: such a one cannot be checked as it is. */
	readonly skipRecovery?: boolean;
	/** Whether only the sweep may delete or move anything: `retention.cloud` gives it an account of its own (decision D82). */
	readonly sweepDeletes?: boolean;
	readonly policy: {readonly maxCount?: number; readonly maxAgeMs?: number; readonly maxChainLength?: number};
};

export type RunEncryption = {readonly algorithm: EncryptionAlgorithm; readonly secretName: string; readonly secretKey: string};

/**
Where a run's key is from, as messages begin.
*/
export const keySource = ({secretName, secretKey}: Pick<RunEncryption, 'secretName' | 'secretKey'>): string => `The key ${secretKey} of Secret ${secretName}`;

/**
The folders and files that the containers of one Pod share.
*/
export const podPaths = {
	/** Scratch volume of the run. */
	run: '/backup-run',
	/** Where a claim is mounted. */
	storage: '/backup-storage',
	/** Where neo4j-admin stages when the user names no `tempPath`. */
	temporary: '/backup-temp',
	/** Where artifacts lie until our own image moves them. */
	artifacts: '/backup-artifacts',
	/** Where the key is mounted that encrypts. */
	encryptionKey: '/backup-key',
	/** Where a Secret is mounted as a file. */
	credentials: '/backup-credentials',
	/** Where the authorities are mounted that sign the store's certificate. */
	authorities: '/backup-authorities',
} as const;

/**
The files in the run's scratch volume.
*/
export const runFiles = {
	/** Present when there is nothing left to back up: an earlier attempt did it. */
	done: 'done',
	attempt: 'attempt.json',
	/** Settings for `--additional-config`. */
	config: 'additional.conf',
	/** Present when a DIFF must not be preferred as the parent of the next one. */
	followFull: 'follow-full',
	/** Databases still missing, one a line, when an earlier attempt did the others. */
	databases: 'databases',
	/** Artifacts of earlier attempts that no manifest names yet, one a line. */
	adopted: 'adopted',
	/** Those of them that lie in the store encrypted, by their names there, one a line. */
	decrypted: 'decrypted',
	/** Why artifacts of a lost catalogue stay unknown, a sentence a line. */
	notRebuilt: 'not-rebuilt',
	/** What neo4j-admin trusts, where that is more than everybody does. */
	trust: 'trust',
	trustedBundle: 'trust/ca-certificates.crt',
	truststore: 'trust/truststore.jks',
	/** Present when the whole directory has to be inspected, because its catalogue was lost. */
	everything: 'everything',
	exitCode: 'exit-code',
	log: 'backup.log',
	inspections: 'inspect',
	/** What `verify` has to check: step, database, new artifact and the last one with transactions in it, one check a line. */
	checks: 'checks',
	/** A folder of results for each artifact that was checked. */
	verifications: 'verifications',
	/** What became of each artifact that was to be encrypted. */
	encrypted: 'encrypted.json',
} as const;

export const runSpecVariable = 'BACKUP_RUN';

/** Names the file that holds the key. */
export const keyFileVariable = 'ENCRYPTION_KEY_FILE';

/** Names the file of authorities that neo4j-admin is to trust too. */
export const authoritiesVariable = 'STORE_AUTHORITIES';

/**
Reads the run out of the environment.
*/
export const readRunSpec = (environment: NodeJS.ProcessEnv): RunSpec => {
	const text = environment[runSpecVariable];
	if (!text) {
		throw new ConfigurationError(`${runSpecVariable} is not set: this command runs inside the Pod of a backup Job`);
	}

	return JSON.parse(text) as RunSpec;
};
