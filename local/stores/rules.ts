/**
Keys that are refused: those below `prefix`, for the operations named in the server's own words (absent: all). A listing counts by its prefix, and a batch of deletions key by key, as `DeleteObject`.
*/
export type Rule = {
	/** The key id of the account that it is for; absent: all. */
	readonly account?: string;
	readonly bucket?: string;
	readonly prefix: string;
	readonly operations?: readonly string[];
	readonly code: 'AccessDenied' | 'SlowDown' | 'InternalError';
};

/**
The code with which an operation on a key is refused, if it is.
*/
export const refusedBy = (rules: readonly Rule[], operation: string, bucket: string, key: string): Rule['code'] | undefined =>
	rules.find(rule => (rule.bucket ?? bucket) === bucket && key.startsWith(rule.prefix) && (rule.operations?.includes(operation) ?? true))?.code;
