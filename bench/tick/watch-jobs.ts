import {type Connection} from '#local/kube/connect.ts';
import {watchOnce} from '#local/kube/watch.ts';

const path = '/apis/batch/v1/jobs';

/**
Watches for Jobs from now on; `seen` resolves to the time of this machine at which each of `count` new ones was told of.
*/
export const watchJobs = async ({config, list}: Connection, count: number): Promise<{readonly seen: Promise<readonly number[]>; readonly count: () => number}> => {
	const {resourceVersion} = await list(path, {limit: '1'});
	const done = new AbortController();
	const times: number[] = [];
	const all = Promise.withResolvers<readonly number[]>();
	const watch = async (): Promise<void> => {
		let last = resourceVersion;
		while (!done.signal.aborted) {
			last = await watchOnce(config, {
				path, query: {}, resourceVersion: last, signal: done.signal,
			}, type => {
				if (type === 'ADDED' && times.push(Date.now()) === count) {
					all.resolve(times);
					done.abort();
				}
			});
		}
	};

	watch().catch((error: unknown) => {
		all.reject(error);
	});
	return {seen: all.promise, count: () => times.length};
};
