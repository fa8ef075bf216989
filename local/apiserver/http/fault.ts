import {type IncomingMessage} from 'node:http';
import {setTimeout as sleep} from 'node:timers/promises';
import {once} from 'node:events';

export type FaultRequest = {readonly method: string; readonly path: string; readonly query: URLSearchParams};

/**
How a request fails: answered with a status instead of being served, late, cut off before its effect (`drop`) or after it (`dropAfter`).
*/
export type Fault = {
	readonly status?: number;
	readonly delayMs?: number;
	readonly drop?: boolean;
	readonly dropAfter?: boolean;
};

/**
Waits as long as the fault says, or until the client gives up.
*/
export const sleepThrough = async ({delayMs}: Fault, request: IncomingMessage): Promise<void> => {
	if (delayMs === undefined) {
		return;
	}

	const done = new AbortController();
	await Promise.race([
		sleep(delayMs, undefined, {signal: done.signal}).catch(() => undefined),
		once(request.socket, 'close', {signal: done.signal}).catch(() => undefined),
	]);
	done.abort();
};
