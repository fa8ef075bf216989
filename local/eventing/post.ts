import {encodeEvent, type Event} from './cloud-event.ts';

export type Answer = {readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array};

export type PostOptions = {
	readonly headers?: Readonly<Record<string, string>>;
	/** No limit when absent, as in Knative. */
	readonly timeoutMs?: number;
	readonly signal: AbortSignal;
};

/**
Posts an event in binary mode and reads the whole answer. No redirect is followed. Throws a DOMException named TimeoutError when the time is up, and whatever fetch throws when nothing answers.
*/
export const postEvent = async (url: string, event: Event, {headers, timeoutMs, signal}: PostOptions): Promise<Answer> => {
	const message = encodeEvent(event);
	const answer = await fetch(url, {
		method: 'POST',
		redirect: 'manual',
		headers: {...message.headers, ...headers},
		body: new Uint8Array(message.body),
		signal: timeoutMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
	});
	return {status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.bytes()};
};

/**
Whether what `postEvent` threw means that the time was up.
*/
export const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError';
