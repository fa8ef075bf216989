import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';

export type AzuriteOptions = {
	readonly account: string;
	/** The account's key, in Base64. */
	readonly key: string;
	/** Files of a certificate and its key: it speaks TLS then, and takes tokens too, of which it looks at the claims alone. */
	readonly tls?: {readonly cert: string; readonly key: string};
	/** The folder that keeps the blobs; absent: memory. */
	readonly directory?: string;
};

export type AzuriteServer = {
	/** Address of the account. */
	readonly endpoint: string;
	/** Lets its clock go on from then. */
	readonly setClock: (now: Date) => Promise<void>;
	readonly stop: () => Promise<void>;
};

/**
Starts Azurite's blob server, Azure's own emulator, on a free port of the loopback, and waits until it listens. Its telemetry is off.
*/
export const startAzurite = async ({account, key, tls, directory}: AzuriteOptions): Promise<AzuriteServer> => {
	const program = createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js');
	const folder = directory ?? await mkdtemp(path.join(tmpdir(), 'azurite-'));
	const azurite = spawn(process.execPath, [
		'--import',
		path.join(import.meta.dirname, 'travelling-clock.ts'),
		program,
		'--blobHost',
		'127.0.0.1',
		'--blobPort',
		'0',
		...(directory === undefined ? ['--inMemoryPersistence'] : ['--location', directory]),
		...(tls === undefined ? [] : ['--cert', tls.cert, '--key', tls.key, '--oauth', 'basic']),
		'--skipApiVersionCheck',
		'--disableTelemetry',
		'--silent',
	], {env: {PATH: process.env['PATH'], AZURITE_ACCOUNTS: `${account}:${key}`}, stdio: ['ignore', 'pipe', 'pipe', 'ipc']});
	const ended = new Promise<void>(resolve => {
		azurite.once('exit', () => {
			resolve();
		});
	});
	const stop = async (): Promise<void> => {
		// With a folder it has to write down what it holds, and may then wait for clients that are gone.
		azurite.kill(directory === undefined ? 'SIGKILL' : 'SIGTERM');
		const impatience = setTimeout(() => {
			azurite.kill('SIGKILL');
		}, 2000);
		await ended;
		clearTimeout(impatience);
		if (directory === undefined) {
			await rm(folder, {recursive: true, force: true});
		}
	};

	const lines: string[] = [];
	for await (const line of createInterface(azurite.stdout!)) {
		lines.push(line);
		const address = /successfully listens on (?<address>https?:\S+)/v.exec(line)?.groups?.['address'];
		if (address !== undefined) {
			return {
				endpoint: `${address}/${account}`,
				async setClock(now) {
					const set = once(azurite, 'message');
					azurite.send(now.getTime());
					await set;
				},
				stop,
			};
		}
	}

	await stop();
	throw new Error(`Azurite did not start: ${lines.join(' ')}`);
};
