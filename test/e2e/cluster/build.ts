import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {
	mkdir, mkdtemp, readdir, rename, rm,
} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {pauseImage} from './configuration.ts';
import {writeImageArchive} from './image-archive.ts';
import {
	goModules, moduleArguments, readModule, type GoModule,
} from './go-modules.ts';
import {isThere} from './is-there.ts';
import {withLock} from './lock.ts';

/** Where everything that was built lies, by program; and the archive of the pause image. */
export type Binaries = {readonly programs: Readonly<Record<string, string>>; readonly pauseArchive: string};

type Log = (line: string) => void;

/**
Whether everything that a node needs has been built on this machine.
*/
export const isBuilt = async (folder: string): Promise<boolean> => {
	const modules = await Promise.all(goModules.map(async module => readModule(module)));
	const present = await Promise.all(modules.map(async ({fingerprint, name}) => isThere(path.join(folder, `${name}-${fingerprint}`))));
	return present.every(Boolean);
};

/**
Builds what is missing of the node's programs, once per machine: another start meanwhile waits for it. What has been built with other versions stays for whoever uses it.
*/
export const buildBinaries = async (folder: string, log: Log): Promise<Binaries> => {
	const folders: Record<string, string> = {};
	for (const module of goModules) {
		const {fingerprint, version} = await readModule(module);
		const target = path.join(folder, `${module.name}-${fingerprint}`);
		if (!await isThere(target)) {
			await withLock(path.join(folder, `${module.name}.lock`), log, async () => {
				// Whoever held the lock before may have built it.
				if (!await isThere(target)) {
					await buildModule(module, version, target, log);
				}
			});
		}

		folders[module.name] = target;
	}

	const programs = Object.fromEntries(goModules.flatMap(module => module.programs.map(program => [program, path.join(folders[module.name]!, program)])));
	return {programs, pauseArchive: path.join(folders['pause']!, 'pause.tar')};
};

/** A folder with its final name is complete. */
const buildModule = async (module: GoModule, version: string, target: string, log: Log): Promise<void> => {
	const started = Date.now();
	const subject = `${module.programs.join(', ')}${version ? ` ${version}` : ''}`;
	log(`building ${subject} (${module.patience}) …`);
	const progress = setInterval(() => {
		log(`still building ${module.name}, ${duration(started)} so far`);
	}, 30_000);
	await removeUnfinished(target);
	const work = await mkdtemp(`${target}-`);
	try {
		await goBuild(module, version, work);
		if (module.name === 'pause') {
			await writePauseImage(work);
		}

		await rename(work, target);
		log(`built ${module.name} in ${duration(started)}`);
	} finally {
		clearInterval(progress);
		await rm(work, {recursive: true, force: true});
	}
};

/** A build that was killed could not take away what it had begun. */
const removeUnfinished = async (target: string): Promise<void> => {
	const folder = path.dirname(target);
	for (const name of await readdir(folder)) {
		if (name.startsWith(`${path.basename(target)}-`)) {
			await rm(path.join(folder, name), {recursive: true, force: true});
		}
	}
};

const goBuild = async (module: GoModule, version: string, output: string): Promise<void> => {
	const errors: string[] = [];
	// Whoever waits for it may be killed.
	const go = spawn('setpriv', ['--pdeathsig', 'TERM', 'go', ...moduleArguments(module, version, output)], {
		cwd: module.folder, stdio: ['ignore', 'ignore', 'pipe'], env: {...process.env, GOWORK: 'off', GOFLAGS: `${process.env['GOFLAGS'] ?? ''} -mod=readonly`.trim()},
	});
	go.stderr.setEncoding('utf8').on('data', (text: string) => {
		errors.push(text);
	});
	await once(go, 'close');
	if (go.exitCode !== 0) {
		throw new Error(`go could not build ${module.name}:\n${errors.join('').trim().split('\n').slice(-20).join('\n')}`);
	}
};

const writePauseImage = async (folder: string): Promise<void> => {
	const root = path.join(folder, 'image');
	await mkdir(root);
	await rename(path.join(folder, 'pause'), path.join(root, 'pause'));
	await writeImageArchive({reference: pauseImage, folder: root, entrypoint: ['/pause']}, path.join(folder, 'pause.tar'));
};

const duration = (started: number): string => {
	const seconds = Math.round((Date.now() - started) / 1000);
	return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};
