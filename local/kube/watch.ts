import {Watch, type KubeConfig} from '@kubernetes/client-node';
import {type KubeObject} from '#shared/kube/object.ts';

/**
The resourceVersion that a watch asked for is too old (410): what happened since is unknown.
*/
export class GoneError extends Error {
	override readonly name = 'GoneError';
}

const quietMs = 3 * 60_000;

export type WatchRequest = {
	readonly path: string;
	readonly query: Readonly<Record<string, string>>;
	readonly resourceVersion: string;
	readonly signal: AbortSignal;
};

export type WatchType = 'ADDED' | 'MODIFIED' | 'DELETED';

/**
Follows one watch to its end and answers the last resourceVersion that it saw. A watch that merely ended, or was quiet for too long, is no error; 410 is a `GoneError`.
*/
export const watchOnce = async (
	config: KubeConfig,
	{path, query, resourceVersion, signal}: WatchRequest,
	onObject: (type: WatchType, object: KubeObject) => void,
): Promise<string> => {
	let last = resourceVersion;
	const ended = Promise.withResolvers<string>();
	const receive = (type: string, object: KubeObject & {code?: number; message?: string}) => {
		if (type === 'ERROR') {
			ended.reject(object.code === 410 ? new GoneError(object.message) : new Error(`The watch of ${path} failed: ${object.message ?? 'no message'}`));
			return;
		}

		last = object.metadata.resourceVersion ?? last;
		if (type !== 'BOOKMARK') {
			onObject(type as WatchType, object);
		}
	};

	// The client gives up after 30 s of quiet, sooner than a real API server sends the bookmark that keeps a quiet watch's resourceVersion fresh.
	const watch = new Watch(config);
	Object.assign(watch, {requestTimeoutMs: quietMs});
	const request = await watch.watch(path, {...query, resourceVersion, allowWatchBookmarks: true}, receive, (error: unknown) => {
		const problem = refusal(error);
		if (problem) {
			ended.reject(problem);
		} else {
			ended.resolve(last);
		}
	});
	const abort = () => {
		request?.abort();
	};

	signal.addEventListener('abort', abort, {once: true});
	if (signal.aborted) {
		abort();
	}

	try {
		return await ended.promise;
	} finally {
		signal.removeEventListener('abort', abort);
		abort();
	}
};

const refusal = (error: unknown): Error | undefined => {
	if (!(error instanceof Error) || error.name === 'TimeoutError' || error.name === 'AbortError') {
		return undefined;
	}

	return (error as {statusCode?: number}).statusCode === 410 ? new GoneError(error.message) : error;
};
