import {Buffer} from 'node:buffer';
import {type ObjectFiles, type StoredFile} from '../object-files.ts';
import {refusedBy, type Rule} from '../rules.ts';
import {GcsRefusal} from './answer.ts';

/**
What the operations of the stand-in work on.
*/
export type GcsContext = {
	readonly files: ObjectFiles;
	readonly rules: readonly Rule[];
	readonly pageSize: number;
	/** Takes `ifGenerationMatch` without a word and does not heed it, as some servers do. */
	readonly ignoresConditions: boolean;
	/** A rewrite takes one step for each so many bytes. */
	readonly rewriteStepBytes: number;
};

export type GcsRequest = {
	readonly method: string;
	readonly bucket: string;
	readonly key: string;
	readonly query: URLSearchParams;
	readonly header: (name: string) => string | undefined;
	readonly body: AsyncIterable<Uint8Array>;
	/** How the server is reached, for addresses in its answers. */
	readonly origin: string;
};

/**
Throws when an operation on a key is refused by a rule.
*/
export const permit = ({rules}: GcsContext, operation: string, bucket: string, key: string): void => {
	const code = refusedBy(rules, operation, bucket, key);
	if (code === 'AccessDenied') {
		throw new GcsRefusal(403, 'forbidden', `stand-in@example.iam.gserviceaccount.com does not have storage.objects.${operation} access to the Google Cloud Storage object.`);
	}

	if (code !== undefined) {
		throw code === 'SlowDown' ? new GcsRefusal(429, 'rateLimitExceeded', 'The rate of requests is too high.') : new GcsRefusal(503, 'backendError', 'Backend Error');
	}
};

/**
Throws when a lock keeps the object that is to be deleted or replaced.
*/
export const refuseLocked = (bucket: string, stored: StoredFile | undefined): void => {
	const until = stored?.lockedUntil;
	if (stored !== undefined && until !== undefined && until.getTime() > Date.now()) {
		throw new GcsRefusal(403, 'retentionPolicyNotMet', `Object '${bucket}/${stored.key}' is subject to bucket's retention policy or object retention and cannot be deleted or overwritten until ${until.toISOString()}`);
	}
};

/**
Throws when `ifGenerationMatch` does not hold; 0 stands for no object.
*/
export const checkGeneration = ({files, ignoresConditions}: GcsContext, {bucket, key, query}: Pick<GcsRequest, 'bucket' | 'key' | 'query'>): void => {
	const wanted = query.get('ifGenerationMatch');
	if (wanted !== null && !ignoresConditions && String(files.get(bucket, key)?.generation ?? 0) !== wanted) {
		throw new GcsRefusal(412, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.');
	}
};

const storageClasses: ReadonlySet<string> = new Set(['STANDARD', 'NEARLINE', 'COLDLINE', 'ARCHIVE']);

/**
The storage class that a request asks for.
*/
export const storageClassOf = (asked: unknown): string => {
	if (asked !== undefined && !(typeof asked === 'string' && storageClasses.has(asked))) {
		throw new GcsRefusal(400, 'invalid', 'Invalid argument.');
	}

	return asked ?? 'STANDARD';
};

/**
An object as the API describes it; numbers are text there.
*/
export const toResource = (bucket: string, {
	key, size, etag, modified, tier, generation, lockedUntil,
}: StoredFile): Readonly<Record<string, unknown>> => ({
	kind: 'storage#object',
	id: `${bucket}/${key}/${generation}`,
	name: key,
	bucket,
	generation: String(generation),
	metageneration: '1',
	contentType: 'application/octet-stream',
	storageClass: tier,
	size: String(size),
	md5Hash: Buffer.from(etag, 'hex').toString('base64'),
	timeCreated: modified.toISOString(),
	updated: modified.toISOString(),
	...(lockedUntil && {retentionExpirationTime: lockedUntil.toISOString()}),
});
