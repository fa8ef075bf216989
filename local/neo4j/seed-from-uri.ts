import {execFile} from 'node:child_process';
import {
	mkdir, mkdtemp, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {openDisk} from './disk.ts';
import {type DbmsSettings} from './dbms.ts';
import {neo4jImage} from './image.ts';
import {type Seed} from './mounts.ts';

export type SeedSource = {readonly uri: string; readonly until: unknown; readonly name: string};

/**
Fetches a backup with the servers' own environment, in which the credentials have to be, as the CloudSeedProvider does; Neo4j has no other one unless it is configured. `neo4j-admin database restore` does the work, into a folder of its own. One that cannot be had is `unavailable`, and why is only in the log, as with Neo4j.
*/
export const seedFromUri = async ({uri, until, name}: SeedSource, {version, environment, log}: DbmsSettings): Promise<Seed> => {
	if (!/^(?:s3|gs|azb):\/\//v.test(uri)) {
		log(`The stand-in has no seed provider for ${uri}`);
		return 'unavailable';
	}

	const folder = await mkdtemp(join(tmpdir(), 'neo4j-seed-'));
	try {
		const [data, temporary, config] = ['data', 'temporary', 'neo4j.conf'].map(part => join(folder, part)) as [string, string, string];
		await mkdir(temporary);
		await writeFile(config, `server.directories.data=${data}\n`);
		const image = neo4jImage(version);
		await neo4jAdmin([
			'database', 'restore', name, `--from-path=${uri}`, `--temp-path=${temporary}`, `--additional-config=${config}`, ...(until === undefined ? [] : [`--restore-until=${criteria(until)}`]),
		], {cwd: folder, env: {...image.env, ...environment(), PATH: [...image.path, process.env['PATH']].join(':')}});
		return {store: openDisk(data).read(name)!};
	} catch (error) {
		log(`The stand-in cannot seed database '${name}': ${(error as Error).message}`);
		return 'unavailable';
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
};

const neo4jAdmin = async (argv: readonly string[], options: {readonly cwd: string; readonly env: NodeJS.ProcessEnv}): Promise<void> => new Promise((resolve, reject) => {
	execFile('neo4j-admin', argv, options, error => {
		if (error) {
			reject(new Error(error.message, {cause: error}));
		} else {
			resolve();
		}
	});
});

/** An instant as `--restore-until` takes it, or the id of a transaction. */
const criteria = (until: unknown): string => typeof until === 'string' ? new Date(until).toISOString().replace('T', ' ').replace(/\.\d+Z$/v, '') : String(until);
