import {execFile} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type ExecutionContext} from 'ava';
import {neo4jImage} from '#local/neo4j/image.ts';

export type Ended = {readonly code: number | undefined; readonly signal: NodeJS.Signals | undefined; readonly stdout: string; readonly stderr: string};

export type Surroundings = {readonly env?: Readonly<Record<string, string | undefined>>; readonly cwd?: string; readonly version?: string; readonly timeout?: number};

/**
Runs the executable as a container of the image would: only the image's own environment and PATH. Never throws for an exit code.
*/
export const neo4jAdmin = async (argv: readonly string[], {env = {}, cwd = tmpdir(), version = '2025.12.0', timeout = 20_000}: Surroundings = {}): Promise<Ended> => new Promise(resolve => {
	const image = neo4jImage(version);
	const [folder = '', ...others] = image.path;
	const child = execFile(join(folder, 'neo4j-admin'), argv, {
		cwd, timeout, env: {
			...image.env, PATH: [folder, others[0]].join(':'), TZ: 'UTC', ...env,
		},
	}, (error, stdout, stderr) => {
		resolve({
			code: child.exitCode ?? undefined, signal: error?.signal ?? undefined, stdout, stderr,
		});
	});
});

/**
An empty folder that goes with the test.
*/
export const emptyFolder = async (t: ExecutionContext): Promise<string> => {
	const folder = await mkdtemp(join(tmpdir(), 'neo4j-admin-test-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	return folder;
};
