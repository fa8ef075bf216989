import {
	mkdir, readdir, readFile, rmdir, writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {cgroupHierarchies} from './belongs.ts';
import {isThere} from './is-there.ts';
import {type ClusterSettings} from './settings.ts';

/**
Makes the control group below which kubelet puts the pods. Kubelet wants it in each hierarchy.
*/
export const makeCgroups = async ({cgroup}: ClusterSettings): Promise<void> => {
	for (const hierarchy of await hierarchies()) {
		// Version 2: what is not handed down from the root cannot be used below it.
		const handedDown = path.join(hierarchy, 'cgroup.subtree_control');
		if (await isThere(handedDown)) {
			const controllers = await readFile(path.join(hierarchy, 'cgroup.controllers'), 'utf8');
			await writeFile(handedDown, controllers.trim().split(/\s+/v).filter(Boolean).map(controller => `+${controller}`).join(' '));
		}

		await mkdir(path.join(hierarchy, cgroup), {recursive: true});
	}
};

/**
The control groups of a cluster that are there.
*/
export const findCgroups = async ({cgroup}: ClusterSettings): Promise<readonly string[]> => {
	const found: string[] = [];
	for (const hierarchy of await hierarchies()) {
		const folder = path.join(hierarchy, cgroup);
		found.push(...await isThere(folder) ? [folder] : []);
	}

	return found;
};

/**
Removes a control group and those in it.
*/
export const removeCgroup = async (folder: string): Promise<void> => {
	for (const entry of await readdir(folder, {withFileTypes: true})) {
		if (entry.isDirectory()) {
			await removeCgroup(path.join(folder, entry.name));
		}
	}

	await removeWhenFree(folder, Date.now() + 10_000);
};

/** The kernel frees a control group some moments after its last process has ended. */
const removeWhenFree = async (folder: string, deadline: number): Promise<void> => {
	try {
		await rmdir(folder);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EBUSY' || Date.now() > deadline) {
			throw error;
		}

		await delay(20);
		await removeWhenFree(folder, deadline);
	}
};

const hierarchies = async (): Promise<readonly string[]> => cgroupHierarchies(await readFile('/proc/self/mountinfo', 'utf8'));
