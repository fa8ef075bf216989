import {setTimeout as sleep} from 'node:timers/promises';

/**
A wait of so many milliseconds that rejects when the signal ends it. An argument everywhere, so that a test can hand in one that does not wait.
*/
export type Delay = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

/**
The wait of the wall clock. It keeps no process alive.
*/
export const wallDelay: Delay = async (milliseconds, signal) => {
	await sleep(milliseconds, undefined, {ref: false, ...(signal && {signal})});
};
