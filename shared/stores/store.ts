import {type Readable} from 'node:stream';
import {type Archiving} from './archiving.ts';

/**
Where the one directory of a backup lies. `path` has no slash at either end and may be empty; keys are relative to it.
*/
export type StoreLocation = {
	readonly type: 's3' | 'gcs' | 'azure' | 'pvc';
	/** Bucket, or container for Azure. Absent for `pvc`. */
	readonly bucket?: string;
	readonly path: string;
	/** Endpoint of an S3-compatible, GCS or Azure server in place of the provider's own. */
	readonly endpointURL?: string;
	readonly forcePathStyle?: boolean;
	/** Storage account; Azure only. Goes before `AZURE_STORAGE_ACCOUNT` of the credentials. */
	readonly account?: string;
	/** Goes before the region of the credentials. With neither, the region is the bucket's own, as the store reports it. */
	readonly region?: string;
	/** Folder at which the claim is mounted; `pvc` only. */
	readonly root?: string;
};

/**
Environment-style credentials, with exactly the keys of the user's Secret: `AWS_ACCESS_KEY_ID`, `GOOGLE_APPLICATION_CREDENTIALS_JSON`, `AZURE_STORAGE_KEY` … Empty: the ambient identity is used.
*/
export type StoreCredentials = Readonly<Record<string, string>>;

export type StoredObject = {
	readonly key: string;
	/** Bytes. */
	readonly size: number;
	readonly modified: Date;
	/** Storage class or access tier in the provider's own word, where it tells one. */
	readonly tier?: string;
	/** A lock that the listing told. */
	readonly lock?: ObjectLock;
};

/**
What keeps an object from being deleted: a retention until an instant, or a hold that somebody has to lift.
*/
export type ObjectLock = {readonly kind: 'retention'; readonly until: Date} | {readonly kind: 'hold'};

/**
One key that a batch of deletions did not delete. `retryAfter` is set where a lock says until when it holds.
*/
export type DeleteFailure = {
	readonly key: string;
	readonly reason: 'AccessDenied' | 'Locked' | 'Busy' | 'Unknown';
	readonly message: string;
	readonly retryAfter?: Date;
};

/**
The locks that a listing told.
*/
export const locksOf = (objects: readonly StoredObject[]): ReadonlyMap<string, ObjectLock> => new Map(objects.flatMap(({key, lock}) => lock ? [[key, lock]] : []));

export type DeleteOptions = {
	/** `Delete`: of a versioned bucket every version of the keys goes; else only the newest is hidden there. */
	readonly versions?: 'Keep' | 'Delete';
};

export type CopyOptions = {
	/** Storage class or access tier of the copy, in the provider's own word. A claim has none: naming one there is an `Unsupported`. */
	readonly tier?: string;
};

/**
What every store does, whatever holds it. Every failure is a `StoreError`; a missing object is `undefined`, never an error. No method ever answers with part of the truth: a listing that breaks off, or that cannot be trusted, throws.

A key is not empty, and none of its parts between slashes is empty, `.` or `..`; one that is not so is an `InvalidKey` before anything is sent.
*/
export type Store = {
	/** The directory as neo4j-admin writes it, with its closing slash: `s3://bucket/path/`. */
	readonly uri: string;
	/** Streams the objects whose key starts with `prefix` and comes after the key `after`, page by page, in ascending order of their UTF-8 key (Azure: of its UTF-16 units, which is the same but for characters beyond U+FFFF). No page is empty. */
	list: (prefix: string, after?: string) => AsyncIterable<readonly StoredObject[]>;
	stat: (key: string) => Promise<StoredObject | undefined>;
	/** Reads a small object whole. `maxBytes` (default 64 MiB) guards the memory: a larger object is a `TooLarge`. */
	read: (key: string, maxBytes?: number) => Promise<Uint8Array | undefined>;
	/** Writes a small object only if none of that key is there. False when there is one. On a store that cannot promise it, it reads first. After a retryable `StoreError` the object may be there or not. */
	create: (key: string, body: Uint8Array | string) => Promise<boolean>;
	/** Streams an object of known size into the store, in as many parts as it takes, replacing one of that key. A body of another length leaves nothing behind. */
	upload: (key: string, body: Readable, size: number) => Promise<void>;
	/** The stream fails when it ends early or stands still. */
	download: (key: string) => Promise<Readable | undefined>;
	/** Copies on the server, without downloading, and checks the size of the copy. */
	copy: (from: string, to: string, options?: CopyOptions) => Promise<void>;
	/** Moves on the server, without downloading: the original goes once the copy is whole, with the version that was copied. With the same key twice it changes the tier alone. After a failure there may be both; moving again finishes it. */
	move: (from: string, to: string, options?: CopyOptions) => Promise<void>;
	readonly archiving: Archiving;
	/** Which of these objects, as a listing has just shown them, a lock, a hold or a retention rule keeps. Where this identity may not see locks, none: then the deletion meets them. */
	locks: (objects: readonly StoredObject[]) => Promise<ReadonlyMap<string, ObjectLock>>;
	/** Deletes in batches as large as the provider takes. Deleting what is not there succeeds. Answers the keys that stayed, each with its reason. */
	delete: (keys: readonly string[], options?: DeleteOptions) => Promise<readonly DeleteFailure[]>;
	/** Whether a deletion so far left the content there, behind a marker or as an older version. */
	hidesDeleted: () => boolean;
	/** The store's own clock (its `Date` header); for `pvc` the machine's. */
	now: () => Promise<Date>;
	close: () => Promise<void>;
};

/**
`BucketNotFound`: no such bucket, container, account or mounted folder. `DoubtfulAnswer`: an answer that is cut, out of order or not of this protocol. `Unsupported`: the store cannot do this at all, or not with an archived object.
*/
export type StoreErrorCode
	= | 'BucketNotFound'
		| 'ObjectNotFound'
		| 'AccessDenied'
		| 'Locked'
		| 'CredentialsInvalid'
		| 'WrongRegion'
		| 'CertificateNotTrusted'
		| 'Unreachable'
		| 'TimedOut'
		| 'Busy'
		| 'TooLarge'
		| 'InvalidKey'
		| 'Unsupported'
		| 'DoubtfulAnswer'
		| 'Unknown';

const retryableCodes: ReadonlySet<StoreErrorCode> = new Set(['Unreachable', 'TimedOut', 'Busy', 'DoubtfulAnswer', 'Unknown']);

/**
A request to a store failed. `retryable` says whether trying the same again later can help; `message` names the store, the operation and the way out.
*/
export class StoreError extends Error {
	override readonly name = 'StoreError';
	readonly code: StoreErrorCode;
	/** Until when a lock holds, where the store says it. */
	readonly retryAfter?: Date;

	constructor(code: StoreErrorCode, message: string, options: ErrorOptions & {readonly retryAfter?: Date | undefined} = {}) {
		super(message, options);
		this.code = code;
		if (options.retryAfter !== undefined) {
			this.retryAfter = options.retryAfter;
		}
	}

	get retryable(): boolean {
		return retryableCodes.has(this.code);
	}
}
