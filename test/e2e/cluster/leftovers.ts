import {
	readdir, readFile, rm,
} from 'node:fs/promises';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {execute} from './execute.ts';
import {belongsToCluster, mountsBelow} from './belongs.ts';
import {findCgroups, removeCgroup} from './cgroups.ts';
import {findHolders, releaseFixedFolders} from './fixed-folders.ts';
import {isThere} from './is-there.ts';
import {type ClusterSettings} from './settings.ts';

/** What of a cluster is on this machine, apart from the binaries that are kept for the next. */
export type Leftovers = {
	readonly processes: readonly number[];
	readonly mounts: readonly string[];
	readonly cgroups: readonly string[];
	readonly holders: readonly string[];
	readonly folders: readonly string[];
};

/**
Everything of a cluster that is on this machine, whether it runs or has left it behind.
*/
export const findLeftovers = async (settings: ClusterSettings): Promise<Leftovers> => ({
	processes: await findProcesses(settings),
	mounts: mountsBelow(settings.state, await readFile('/proc/self/mountinfo', 'utf8')),
	cgroups: await findCgroups(settings),
	holders: await findHolders(settings),
	folders: await isThere(settings.state) ? [settings.state] : [],
});

/**
Takes away whatever a cluster has on this machine, in the order in which it can go: processes, mounts, control groups, folders. What is not there is no error.
*/
export const removeLeftovers = async (settings: ClusterSettings, {keepState = false} = {}): Promise<void> => {
	await endProcesses(settings);
	for (const mount of mountsBelow(settings.state, await readFile('/proc/self/mountinfo', 'utf8'))) {
		await execute('umount', ['--lazy', mount]);
	}

	for (const folder of await findCgroups(settings)) {
		await removeCgroup(folder);
	}

	await releaseFixedFolders(settings);
	if (!keepState) {
		await removeState(settings.state);
	}
};

/** Whatever is still mounted below a folder would be emptied with it. */
const removeState = async (state: string): Promise<void> => {
	const mounts = mountsBelow(state, await readFile('/proc/self/mountinfo', 'utf8'));
	if (mounts.length > 0) {
		throw new Error(`${state} stays, because something is still mounted in it: ${mounts.join(', ')}.`);
	}

	await rm(state, {recursive: true, force: true, maxRetries: 5});
};

/** What starts while others end is found the next time round. */
const endProcesses = async (settings: ClusterSettings): Promise<void> => {
	const deadline = Date.now() + 20_000;
	for (let processes = await findProcesses(settings); processes.length > 0; processes = await findProcesses(settings)) {
		if (Date.now() > deadline) {
			throw new Error(`These processes of the cluster do not end: ${processes.join(', ')}.`);
		}

		for (const pid of processes) {
			endProcess(pid);
		}

		await delay(20);
	}
};

const endProcess = (pid: number): void => {
	try {
		process.kill(pid, 'SIGKILL');
	} catch {
		// It has ended in the meantime.
	}
};

/** All but the one that asks. */
const findProcesses = async (settings: ClusterSettings): Promise<readonly number[]> => {
	const names = await readdir('/proc');
	const numbers = names.filter(name => /^\d+$/v.test(name)).map(Number);
	const found = await Promise.all(numbers.map(async pid => pid !== process.pid && belongsToCluster(await environmentOf(pid), settings) ? [pid] : []));
	return found.flat();
};

/** Empty for one that has ended and only waits to be reaped. */
const environmentOf = async (pid: number): Promise<string> => {
	try {
		return await readFile(`/proc/${pid}/environ`, 'utf8');
	} catch {
		return '';
	}
};
