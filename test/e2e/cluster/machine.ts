import {access, constants} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {installPackages} from '../debian-packages.ts';
import {execute} from './execute.ts';
import {
	CannotRunError, missingPackages, neededPrograms, problemsOf, type Machine,
} from './prerequisites.ts';
import {toError} from '#shared/errors.ts';

/**
Looks at this machine, installs Debian's packages that are missing, and says where everything is. Throws `CannotRunError` when a node cannot run here.
*/
export const prepareMachine = async (built: boolean, log: (line: string) => void): Promise<Machine & {readonly networkPlugins: string}> => {
	const machine = await inspectMachine(built);
	const problems = problemsOf(machine);
	if (problems.length > 0) {
		throw new CannotRunError(problems);
	}

	const missing = missingPackages(machine);
	if (missing.length === 0) {
		return machine as Machine & {readonly networkPlugins: string};
	}

	log(`installing ${missing.join(', ')} with apt-get …`);
	await install(missing);
	const installed = await inspectMachine(built);
	const still = missingPackages(installed);
	if (still.length > 0) {
		throw new CannotRunError([`apt-get installed ${still.join(', ')}, and what a node needs of it is still not in PATH.`]);
	}

	return installed as Machine & {readonly networkPlugins: string};
};

/** Debian keeps programs of the administrator where not everybody's PATH looks. */
export const searchPath = (): string => [process.env['PATH'], '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'].filter(Boolean).join(':');

const inspectMachine = async (built: boolean): Promise<Machine> => {
	const names = [...Object.keys(neededPrograms), 'apt-get'];
	const found = await Promise.all(names.map(async name => [name, await whereIs(name)] as const));
	return {
		platform: process.platform,
		architecture: process.arch,
		root: process.getuid?.() === 0,
		programs: Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== undefined)),
		networkPlugins: await firstWith(['/usr/lib/cni', '/opt/cni/bin'], 'bridge'),
		go: built ? undefined : await goVersion(),
		built,
	};
};

const whereIs = async (program: string): Promise<string | undefined> => {
	const folder = await firstWith(searchPath().split(':'), program);
	return folder && path.join(folder, program);
};

const firstWith = async (folders: readonly string[], program: string): Promise<string | undefined> => {
	for (const folder of folders) {
		try {
			await access(path.join(folder, program), constants.X_OK);
			return folder;
		} catch {
			// The next one may have it.
		}
	}

	return undefined;
};

const goVersion = async (): Promise<string | undefined> => {
	try {
		const stdout = await execute('go', ['env', 'GOVERSION']);
		return stdout.trim();
	} catch {
		return undefined;
	}
};

const install = async (packages: readonly string[]): Promise<void> => {
	try {
		await installPackages(packages);
	} catch (error) {
		throw new CannotRunError([toError(error).message], {cause: error});
	}
};
