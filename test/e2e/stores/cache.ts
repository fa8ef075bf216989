import {
	access, mkdir, readFile, rename, rm, writeFile,
} from 'node:fs/promises';
import {homedir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';

/**
The folder that keeps what is built or installed once per machine, outside of the repository: `$XDG_CACHE_HOME/neo4j-backup-functions`, or the same below `~/.cache`.
*/
export const cacheFolder = (environment: NodeJS.ProcessEnv = process.env): string => {
	const given = environment['XDG_CACHE_HOME'];
	return path.join(given !== undefined && path.isAbsolute(given) ? given : path.join(homedir(), '.cache'), 'neo4j-backup-functions');
};

/**
Makes a folder of the cache unless it is there. `make` fills an empty one, which gets its name when it is whole; of several processes that want it at once, one makes it and the others wait.
*/
export const makeOnce = async (folder: string, make: (empty: string) => Promise<void>): Promise<void> => {
	while (!await exists(folder)) {
		if (await lock(folder)) {
			try {
				await makeWhole(folder, make);
			} finally {
				await rm(lockOf(folder), {recursive: true, force: true});
			}
		} else {
			await delay(200);
		}
	}
};

const makeWhole = async (folder: string, make: (empty: string) => Promise<void>): Promise<void> => {
	// Whoever held the lock before may just have made it.
	if (await exists(folder)) {
		return;
	}

	const unfinished = `${folder}.unfinished`;
	await rm(unfinished, {recursive: true, force: true});
	await mkdir(unfinished, {recursive: true});
	try {
		await make(unfinished);
		await rename(unfinished, folder);
	} finally {
		await rm(unfinished, {recursive: true, force: true});
	}
};

const lockOf = (folder: string): string => `${folder}.lock`;

// A folder is made by one process only. The lock of a process that is gone counts for nothing.
const lock = async (folder: string): Promise<boolean> => {
	await mkdir(path.dirname(folder), {recursive: true});
	try {
		await mkdir(lockOf(folder));
		await writeFile(path.join(lockOf(folder), 'pid'), String(process.pid));
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
			throw error;
		}
	}

	const holder = await readFile(path.join(lockOf(folder), 'pid'), 'utf8').catch(() => '');
	if (holder !== '' && !isRunning(Number(holder))) {
		await rm(lockOf(folder), {recursive: true, force: true});
	}

	return false;
};

const isRunning = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
};

const exists = async (file: string): Promise<boolean> => access(file).then(() => true, () => false);
