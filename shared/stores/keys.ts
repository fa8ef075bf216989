import {Buffer} from 'node:buffer';
import {StoreError} from './store.ts';

/**
Orders keys as object stores list them: by the bytes of their UTF-8 form, which JavaScript's own order (UTF-16) is not for characters beyond U+FFFF.
*/
export const compareKeys = (left: string, right: string): number =>
	differsInUnits.test(left) || differsInUnits.test(right) ? Buffer.compare(Buffer.from(left), Buffer.from(right)) : compareUnits(left, right);

/** Without one of these both orders are the same, and very many keys are compared without a copy of each. */
const differsInUnits = /[\u{E000}-\u{10FFFF}]/v;

/**
Orders keys by their UTF-16 units, as Azure's emulator lists them. It differs from the order of UTF-8 only where characters beyond U+FFFF meet those from U+E000 on.
*/
export const compareUnits = (left: string, right: string): number => {
	if (left === right) {
		return 0;
	}

	return left < right ? -1 : 1;
};

/**
Throws an `InvalidKey` for a key that some client or file system would take for another one, or cannot hold. A closing slash is allowed.
*/
export const checkKey = (key: string): void => {
	const parts = key.replace(/\/$/v, '').split('/');
	if (parts.some(part => part === '' || part === '.' || part === '..') || key.includes('\0') || !key.isWellFormed()) {
		throw new StoreError('InvalidKey', `${JSON.stringify(key)} is no key: it must not be empty or hold empty parts, ".", "..", NUL or half characters.`);
	}
};

/**
The directory's prefix of every key in it: `path/`, or nothing at the root of the bucket.
*/
export const basePrefix = (path: string): string => path === '' ? '' : `${path}/`;
