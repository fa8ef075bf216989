import {spawn} from 'node:child_process';
import {mkdir, mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {setTimeout as delay} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {run} from './run.ts';

/**
Where a server listens.
*/
export type Placement = {
	/** Default: the loopback. */
	readonly address?: string;
	/** Default: one that is free there. */
	readonly port?: number;
	/** A command in front of the server's own that takes it to another network, such as `nsenter --net=/run/netns/node`. Whoever names one must be able to reach it to see that it is up. */
	readonly within?: readonly string[];
};

export type ServerProcess = {
	readonly url: string;
	/** Folder of the server's data; gone with it. */
	readonly directory: string;
	/** What it printed last. */
	readonly output: () => string;
	readonly stop: () => Promise<void>;
};

export type ServerCommand = {
	readonly name: string;
	/** The command line, once folder and port are known. */
	readonly command: (given: {readonly directory: string; readonly address: string; readonly port: number}) => readonly string[];
	readonly environment?: Readonly<Record<string, string>>;
	/** Folders that it wants to find in its own. */
	readonly folders?: readonly string[];
	/** Whether it takes requests already. Default: any HTTP answer at its root. */
	readonly isReady?: (url: string) => Promise<boolean>;
};

/**
Starts a server in a folder of its own and waits until it answers. It ends, and its folder goes, with `stop`, and also when this process dies, however it dies.
*/
export const startServer = async ({name, command, environment = {}, folders = [], isReady = answers}: ServerCommand, {address = '127.0.0.1', port, within = []}: Placement = {}): Promise<ServerProcess> => {
	const directory = await mkdtemp(path.join(tmpdir(), `${name}-`));
	const data = path.join(directory, 'data');
	for (const folder of ['', ...folders]) {
		await mkdir(path.join(data, folder));
	}

	const taken = port ?? await freePort(address, within);
	const url = `http://${address.includes(':') ? `[${address}]` : address}:${taken}`;
	const guard = spawn(process.execPath, [fileURLToPath(new URL('guard.ts', import.meta.url)), directory, ...within, ...command({directory: data, address, port: taken})], {
		// Nothing of ours: a token, a proxy or a Python path would change what the server does.
		env: {
			PATH: process.env['PATH'], HOME: directory, TMPDIR: directory, ...environment,
		},
		stdio: ['pipe', 'pipe', 'pipe'],
		// Who kills all processes of a run kills no guard.
		detached: true,
	});
	const lines: string[] = [];
	for (const stream of [guard.stdout, guard.stderr]) {
		createInterface(stream).on('line', line => {
			lines.push(line);
			lines.splice(0, lines.length - 50);
		});
	}

	const ended = new Promise<void>(resolve => {
		guard.once('close', () => {
			resolve();
		});
	});
	const stop = async (): Promise<void> => {
		guard.stdin.end();
		await ended;
	};

	const output = (): string => lines.join('\n');
	for (let attempt = 0; attempt < startAttempts && guard.exitCode === null; attempt++) {
		if (await isReady(url).catch(() => false)) {
			return {
				url, directory: data, output, stop,
			};
		}

		await delay(100);
	}

	await stop();
	throw new Error(`${name} did not start at ${url}:\n${output()}`);
};

// 30 s: Python on a busy machine takes ten.
const startAttempts = 300;

const answers = async (url: string): Promise<boolean> => {
	const answer = await fetch(url, {signal: AbortSignal.timeout(1000)});
	await answer.body?.cancel();
	return true;
};

// Asked for in the network that the server will be in.
const freePort = async (address: string, within: readonly string[]): Promise<number> => {
	const script = 'const server = net.createServer().listen(0, process.argv[1], () => { console.log(server.address().port); server.close(); })';
	return Number(await run([...within, process.execPath, '--eval', script, address]));
};
