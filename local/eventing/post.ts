import {Buffer} from 'node:buffer';
import {request} from 'undici';
import {encodeEvent, type Event} from './cloud-event.ts';

export type Answer = {readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array};

export type PostOptions = {
	readonly headers?: Readonly<Record<string, string>>;
	/** No limit when absent, as in Knative. */
	readonly timeoutMs?: number;
	readonly signal: AbortSignal;
};

/**
Posts an event in binary mode and reads the whole answer. No redirect is followed. Throws a DOMException named TimeoutError when the time is up, and whatever undici throws when nothing answers.
*/
export const postEvent = async (url: string, event: Event, {headers, timeoutMs, signal}: PostOptions): Promise<Answer> => {
	const message = encodeEvent(event);
	const {statusCode, headers: answered, body} = await request(url, {
		method: 'POST',
		headers: {...message.headers, ...headers},
		body: Buffer.from(message.body),
		signal: timeoutMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
	});
	return {status: statusCode, headers: Object.fromEntries(Object.entries(answered).map(([name, value]) => [name, String(value)])), body: await body.bytes()};
};

/**
Whether what `postEvent` threw means that the time was up.
*/
export const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError';
