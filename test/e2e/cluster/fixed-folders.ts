import {
	mkdir, rm, rmdir, writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import {isThere} from './is-there.ts';
import {type ClusterSettings} from './settings.ts';

/**
Folders with fixed names that containerd, CNI and kubelet write to whatever their configuration says. A cluster mounts its own over them, which nobody else sees.
*/
export const fixedFolders = ['/run/containerd', '/var/lib/cni', '/var/lib/kubelet', '/var/log/containers'] as const;

/**
Makes the fixed folders. A file in each says that this cluster needs it: whoever removes an empty folder that is a mount somewhere ends the mount.
*/
export const holdFixedFolders = async (settings: ClusterSettings): Promise<void> => {
	for (const holder of holdersOf(settings)) {
		await mkdir(path.dirname(holder), {recursive: true});
		await writeFile(holder, '');
	}
};

/**
Removes the fixed folders, apart from those in which somebody else has something.
*/
export const releaseFixedFolders = async (settings: ClusterSettings): Promise<void> => {
	for (const holder of await findHolders(settings)) {
		await rm(holder, {force: true});
		try {
			await rmdir(path.dirname(holder));
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') {
				throw error;
			}
		}
	}
};

/**
The files in fixed folders that say that a cluster needs them.
*/
export const findHolders = async (settings: ClusterSettings): Promise<readonly string[]> => {
	const found = await Promise.all(holdersOf(settings).map(async holder => await isThere(holder) ? [holder] : []));
	return found.flat();
};

const holdersOf = ({cgroup}: ClusterSettings): readonly string[] => fixedFolders.map(folder => path.join(folder, `.${cgroup}`));
