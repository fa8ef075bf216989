import {writeFile} from 'node:fs/promises';
import {type Serve} from './images.ts';
import {type Mount} from './mount-paths.ts';
import {type RunningProcess} from './process.ts';
import {type Pod} from './workloads.ts';

export type ServingProcess = RunningProcess & {readonly ready?: Promise<void>};

/**
Starts what stands in for a container's process, as if it were one. Its log says that it is none.
*/
export const serveContainer = async (serve: Serve, pod: Pod, {mounts, log}: {readonly mounts: readonly Mount[]; readonly log: string}): Promise<ServingProcess> => {
	await writeFile(log, 'NOTE: part of the embedded runtime, no container\n');
	const {ready, stop} = await serve({pod, folderAt: mountPath => mounts.find(mount => mount.mountPath === mountPath)?.folder});
	const exited = Promise.withResolvers<{readonly exitCode: number}>();
	let isStopping = false;
	return {
		...ready && {ready},
		exited: exited.promise,
		kill() {
			if (!isStopping) {
				isStopping = true;
				stop().then(() => {
					exited.resolve({exitCode: 0});
				}, exited.reject);
			}
		},
	};
};
