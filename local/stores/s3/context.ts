import {type ObjectFiles} from '../object-files.ts';
import {refusedBy, type Rule} from '../rules.ts';
import {S3Refusal} from './answer.ts';

/**
What the operations of the stand-in work on.
*/
export type S3Context = {
	readonly files: ObjectFiles;
	readonly rules: readonly Rule[];
	readonly pageSize: number;
	/** Takes `If-None-Match` and `If-Match` without a word and does not heed them, as some servers do. */
	readonly ignoresConditions: boolean;
	/** Knows no other digest of a batch of deletions than `Content-MD5`, as older servers. */
	readonly wantsMd5: boolean;
	/** Parts other than the last must have this many bytes. */
	readonly minimumPartBytes: number;
	readonly maximumCopyBytes: number;
	readonly regionOf: (bucket: string) => string;
};

/**
Throws when an operation on a key is refused.
*/
export const permit = ({rules}: S3Context, operation: string, bucket: string, key: string): void => {
	const code = refusedBy(rules, operation, bucket, key);
	if (code !== undefined) {
		throw new S3Refusal(code);
	}
};

const storageClasses: ReadonlySet<string> = new Set(['STANDARD', 'REDUCED_REDUNDANCY', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE']);

/**
The storage class that a request asks for.
*/
export const storageClassOf = (header: string | undefined): string => {
	if (header !== undefined && !storageClasses.has(header)) {
		throw new S3Refusal('InvalidStorageClass');
	}

	return header ?? 'STANDARD';
};
