import {type EncryptionAlgorithm, parseEncryptedName} from '../encryption/algorithm.ts';
import {manifestKey} from './keys.ts';
import {readFields, type Fields} from './read-json.ts';

/**
One file that neo4j-admin wrote, with the facts of its header.
*/
export type ManifestArtifact = {
	/** File name directly below the directory: `<database>-YYYY-MM-DDTHH-mm-ss.backup`, with `.aws-esdk` or `.age` behind it when it is encrypted. */
	readonly name: string;
	readonly database: string;
	readonly databaseID: string;
	/** Changes when transaction numbers start anew (a restore, another version line), so that ranges before and after are never joined. */
	readonly timeline: string;
	/** Bytes of the file as it lies there, encrypted or not. */
	readonly size: number;
	/** RFC 3339, UTC, from the header. */
	readonly time: string;
	readonly full: boolean;
	readonly compressed: boolean;
	/** First and last transaction; both 0 in a differential backup that found nothing new. */
	readonly lowestTx: number;
	readonly highestTx: number;
	readonly verification: Verification;
	/** Absent when neo4j-admin can read the file as it is. */
	readonly encryption?: ArtifactEncryption;
};

/**
How an artifact is encrypted, and the fingerprints of the keys for which it is.
*/
export type ArtifactEncryption = {readonly algorithm: EncryptionAlgorithm; readonly keys: readonly string[]};

export type Verification = 'passed' | 'failed' | 'notRequested';

/**
Who may write into a directory. `cluster` is the uid of the namespace kube-system: a CR that was deleted and created again is the same owner.
*/
export type Owner = {readonly cluster: string; readonly namespace: string; readonly name: string};

export type RunTarget = {
	readonly uid: string;
	readonly kind: string;
	readonly namespace: string;
	readonly name: string;
	/** Version of Neo4j, where it is known. */
	readonly version?: string;
};

const triggers = ['schedule', 'once', 'run-now', 'event', 'ping', 'repair', 'adopted', 'rebuilt'] as const;
export type RunTrigger = (typeof triggers)[number];

/**
What one run achieved, written once, when it is over.
*/
export type RunManifest = {
	readonly version: 1;
	/** `<yyyymmddhhmmss>-<8 hex>`. */
	readonly runID: string;
	readonly trigger: RunTrigger;
	readonly scheduledTime?: string;
	/** When the first attempt that wrote artifacts of it began, by the clock of the API server or the store: their place in time among others. */
	readonly startedAt: string;
	readonly completedAt: string;
	readonly attempt: number;
	readonly owner: Owner;
	readonly target: RunTarget;
	readonly type: 'FULL' | 'DIFF' | 'AUTO';
	/** Databases asked for, and those of them that got no new artifact. */
	readonly requested: readonly string[];
	readonly missing: readonly string[];
	readonly artifacts: readonly ManifestArtifact[];
};

/**
What an index remembers of a run: which databases and artifacts were its own, their parts say.
*/
export type RunHead = Omit<RunManifest, 'requested' | 'artifacts'>;

/**
Reads a manifest and proves each field. `runID` is that of the file's name: a manifest that names another run is a lie, and so is an artifact whose name, database, size or transactions do not go together.
*/
export const parseManifest = (runID: string, body: Uint8Array | string): RunManifest =>
	manifestOf(readFields(manifestKey(runID), body), runID);

/**
The same for a manifest inside another catalogue file.
*/
export const manifestOf = (fields: Fields, runID = fields.text('runID', runIDPattern)): RunManifest => {
	const head = headOf(fields, runID);
	const artifacts = fields.objects('artifacts').map(artifact => artifactOf(artifact));
	if (new Set(artifacts.map(({name}) => name)).size < artifacts.length) {
		return fields.fail('names an artifact twice');
	}

	return {...head, requested: fields.texts('requested'), artifacts};
};

/**
The same without what the run was asked for and what it wrote.
*/
export const headOf = (fields: Fields, runID = fields.text('runID', runIDPattern)): RunHead => {
	const scheduledTime = fields.optionalText('scheduledTime');
	if (fields.text('runID', runIDPattern) !== runID) {
		return fields.fail(`belongs to another run than ${runID}`);
	}

	return {
		version: 1,
		runID,
		trigger: fields.oneOf('trigger', triggers),
		...(scheduledTime !== undefined && {scheduledTime}),
		startedAt: fields.instant('startedAt'),
		completedAt: fields.instant('completedAt'),
		attempt: fields.count('attempt'),
		owner: ownerOf(fields.object('owner')),
		target: targetOf(fields.object('target')),
		type: fields.oneOf('type', ['FULL', 'DIFF', 'AUTO']),
		missing: fields.texts('missing'),
	};
};

export const ownerOf = (fields: Fields): Owner => ({
	cluster: fields.text('cluster'), namespace: fields.text('namespace'), name: fields.text('name'),
});

export const isSameOwner = (one: Owner, other: Owner): boolean =>
	one.cluster === other.cluster && one.namespace === other.namespace && one.name === other.name;

/**
Database and local time in the name of an artifact, encrypted or not, or undefined when it is no such name. Read from the right, because database names contain `-` and `.` too.
*/
export const parseArtifactName = (name: string): {readonly database: string; readonly stamp: string} | undefined => {
	const plainName = parseEncryptedName(name)?.plainName ?? name;
	const match = /^(?<database>[^\/]+)-(?<stamp>\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2})\.backup$/v.exec(plainName)?.groups;
	return match && {database: match['database']!, stamp: match['stamp']!};
};

/** Whether a name is that of an artifact of this database, encrypted or not. Of very many names this makes less than taking each apart. */
const isArtifactNameOf = (name: string, database: string): boolean => {
	const plainName = parseEncryptedName(name)?.plainName ?? name;
	return database !== '' && !database.includes('/') && plainName.startsWith(`${database}-`) && stampPattern.test(plainName.slice(database.length));
};

const stampPattern = /^-\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}\.backup$/v;

const runIDPattern = /^\d{14}-[0-9a-f]{8}$/v;

const targetOf = (fields: Fields): RunTarget => {
	const version = fields.optionalText('version');
	return {
		uid: fields.text('uid'), kind: fields.text('kind'), namespace: fields.text('namespace'), name: fields.text('name'), ...(version !== undefined && {version}),
	};
};

/**
Reads the facts of one artifact and proves that they go together.
*/
export const artifactOf = (fields: Fields, database = fields.text('database')): ManifestArtifact => {
	const encryption = fields.optionalObject('encryption');
	const artifact: ManifestArtifact = {
		name: fields.text('name'),
		database,
		databaseID: fields.text('databaseID'),
		timeline: fields.text('timeline'),
		size: fields.count('size'),
		time: fields.instant('time'),
		full: fields.flag('full'),
		compressed: fields.flag('compressed'),
		lowestTx: fields.count('lowestTx'),
		highestTx: fields.count('highestTx'),
		verification: fields.oneOf('verification', ['passed', 'failed', 'notRequested']),
		...(encryption && {encryption: {algorithm: encryption.oneOf('algorithm', ['AES256', 'ChaCha20']), keys: encryption.texts('keys')}}),
	};
	// The name becomes a key that a sweep may delete: it must be the artifact's own and nothing else.
	if (!isArtifactNameOf(artifact.name, artifact.database) || artifact.name.startsWith('.')) {
		return fields.fail(`names ${artifact.name}, which is no artifact of database ${artifact.database}`);
	}

	if (parseEncryptedName(artifact.name)?.algorithm !== artifact.encryption?.algorithm) {
		return fields.fail(`names ${artifact.name}, and says that it is ${artifact.encryption ? `encrypted with ${artifact.encryption.algorithm}` : 'not encrypted'}`);
	}

	return artifact.lowestTx > artifact.highestTx ? fields.fail(`has transactions from ${artifact.lowestTx} back to ${artifact.highestTx}`) : artifact;
};
