import {type ObjectFiles} from '../object-files.ts';
import {S3Refusal} from './answer.ts';

/**
Keys that are refused: those below `prefix`, for the operations named (absent: all). A listing counts by its prefix, a batch of deletions key by key, as `DeleteObject`.
*/
export type S3Rule = {
	readonly bucket?: string;
	readonly prefix: string;
	readonly operations?: readonly string[];
	readonly code: 'AccessDenied' | 'SlowDown' | 'InternalError';
};

/**
What the operations of the stand-in work on.
*/
export type S3Context = {
	readonly files: ObjectFiles;
	readonly rules: readonly S3Rule[];
	readonly pageSize: number;
	/** Takes `If-None-Match` and `If-Match` without a word and does not heed them, as some servers do. */
	readonly ignoresConditions: boolean;
	/** Parts other than the last must have this many bytes. */
	readonly minimumPartBytes: number;
	readonly maximumCopyBytes: number;
	readonly regionOf: (bucket: string) => string;
};

/**
The code with which an operation on a key is refused, if it is.
*/
export const refusedBy = ({rules}: S3Context, operation: string, bucket: string, key: string): S3Rule['code'] | undefined =>
	rules.find(rule => (rule.bucket ?? bucket) === bucket && key.startsWith(rule.prefix) && (rule.operations?.includes(operation) ?? true))?.code;

/**
Throws when an operation on a key is refused.
*/
export const permit = (context: S3Context, operation: string, bucket: string, key: string): void => {
	const code = refusedBy(context, operation, bucket, key);
	if (code !== undefined) {
		throw new S3Refusal(code);
	}
};

export const storageClasses: ReadonlySet<string> = new Set(['STANDARD', 'REDUCED_REDUNDANCY', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE']);

/**
The storage class that a request asks for.
*/
export const storageClassOf = (header: string | undefined): string => {
	if (header !== undefined && !storageClasses.has(header)) {
		throw new S3Refusal('InvalidStorageClass');
	}

	return header ?? 'STANDARD';
};
