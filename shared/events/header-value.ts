import {Buffer} from 'node:buffer';
import {EventFormatError} from './event-format-error.ts';

/**
The attribute value that a header carries: one double-quoted string is unescaped, then one round of percent-decoding, then UTF-8 (CloudEvents HTTP binding §3.1.3.2). Node hands headers over as Latin-1, so that raw UTF-8, which Knative's own senders write, is read as well. A `%` that begins no byte stays as it is.
*/
export const decodeHeaderValue = (name: string, value: string): string => {
	const unquoted = /^"(?<inner>.*)"$/v.exec(value)?.groups?.['inner']?.replaceAll(/\\(.)/gv, '$1') ?? value;
	const bytes = Buffer.from(unquoted.replaceAll(/%(?<byte>[\da-f]{2})/giv, (_, byte: string) => String.fromCodePoint(Number.parseInt(byte, 16))), 'latin1');
	try {
		return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
	} catch {
		throw new EventFormatError(`header ${name} is not UTF-8`);
	}
};

/**
An attribute value as a header may carry it: space, `"`, `%` and all that is not printable ASCII become percent-encoded UTF-8.
*/
export const encodeHeaderValue = (value: string): string =>
	value.toWellFormed().replaceAll(/[^\u0021\u0023\u0024\u0026-\u007E]+/gv, text =>
		[...Buffer.from(text)].map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''));
