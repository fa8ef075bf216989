import {setTimeout as delay} from 'node:timers/promises';
import {type Limits} from './driver.ts';
import {
	diagnoseNetwork, toStoreError, type Diagnosis, type Place,
} from './failure.ts';
import {StoreError} from './store.ts';

export type RequestOptions = {
	/** Bytes that the request moves; it gets a second more for each MiB. */
	readonly bytes?: number;
	/** How often it is sent at most, in place of the store's own limit. */
	readonly attempts?: number;
};

/**
Sends one request by an SDK and answers its result, or throws a `StoreError`. `operation` starts the message: `Reading "x"`.
*/
export type SendRequest = <T>(operation: string, send: (signal: AbortSignal) => Promise<T>, options?: RequestOptions) => Promise<T>;

/**
The one owner of deadlines and retries: every driver turns its SDK's own retries off and sends through this. A request that fails as `Busy` or `Unreachable` is sent again after a short pause; one that timed out is not, because whoever waits has a deadline too. `diagnose` answers undefined for what is not the provider's own error.
*/
export const createRequests = (place: Place, limits: Limits, diagnose: (error: unknown) => Diagnosis | undefined): SendRequest => {
	const sendOnce = async <T>(operation: string, send: (signal: AbortSignal) => Promise<T>, bytes: number): Promise<T> => {
		const milliseconds = limits.timeoutMs + (bytes / slowestBytesPerMillisecond);
		const deadline = new AbortController();
		const timer = setTimeout(() => {
			deadline.abort();
		}, milliseconds);
		const signal = limits.signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, limits.signal]);
		try {
			return await Promise.race([send(signal), rejectOnAbort(signal)]);
		} catch (error) {
			if (error instanceof StoreError) {
				throw error;
			}

			const says = limits.signal?.aborted ? 'the caller\'s own deadline passed' : `no answer within ${(milliseconds / 1000).toFixed(1)} s`;
			throw toStoreError(operation, place, signal.aborted ? {code: 'TimedOut', says} : diagnose(error) ?? diagnoseNetwork(error) ?? {code: 'Unknown', says: String(error)});
		} finally {
			clearTimeout(timer);
		}
	};

	return async (operation, send, {bytes = 0, attempts = limits.attempts} = {}) =>
		retryBusy(async () => sendOnce(operation, send, bytes), {...limits, attempts});
};

/**
Tries again, at most `attempts` times in all, what fails as `Busy` or `Unreachable`.
*/
export const retryBusy = async <T>(attempt: () => Promise<T>, {attempts, signal}: Pick<Limits, 'attempts' | 'signal'>): Promise<T> => {
	for (let sent = 1; ; sent++) {
		try {
			return await attempt();
		} catch (error) {
			if (sent >= attempts || signal?.aborted === true || !isPassing(error)) {
				throw error;
			}
		}

		await delay(firstPauseMs * (2 ** sent) * (0.5 + Math.random()));
	}
};

const firstPauseMs = 100;

// 1 MiB a second.
const slowestBytesPerMillisecond = (1024 * 1024) / 1000;

const isPassing = (error: unknown): boolean => error instanceof StoreError && (error.code === 'Busy' || error.code === 'Unreachable');

// Not every SDK heeds a signal at every point.
const rejectOnAbort = async (signal: AbortSignal): Promise<never> => new Promise((_resolve, reject) => {
	signal.addEventListener('abort', () => {
		reject(new Error('aborted'));
	}, {once: true});
	if (signal.aborted) {
		reject(new Error('aborted'));
	}
});
