/**
Keeps a cluster, outside of its namespaces: starts its box, leads a port of the loopback to its API server, and takes everything away when it is told to end (SIGTERM), or when whoever started it ends: then its standard input does, unless something came on it before. A box that ends by itself leaves its state folder, for its logs. Where the keeper is killed, an undertaker takes everything away.
*/
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {openSync} from 'node:fs';
import {readFile, rename, writeFile} from 'node:fs/promises';
import {type AddressInfo} from 'node:net';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {clusterMarker} from './belongs.ts';
import {readCredentials} from './certificates.ts';
import {renderKubeconfig} from './kubeconfig.ts';
import {removeLeftovers} from './leftovers.ts';
import {searchPath} from './machine.ts';
import {readOrder, type ClusterRecord} from './order.ts';
import {startRelay} from './relay.ts';
import {places} from './settings.ts';

const orderFile = process.argv[2]!;
const {settings} = await readOrder(orderFile);
const where = places(settings);

const toldToEnd = new Promise<'told'>(resolve => {
	const tell = (): void => {
		resolve('told');
	};

	process.on('SIGTERM', tell).on('SIGINT', tell);
	process.stdin.on('end', tell).on('data', () => {
		process.stdin.off('end', tell);
	});
});

// The first process has to reap whatever is left to it, as Bash does and Node.js does not. What runs in its background has no standard input unless it is handed over.
const firstProcess = 'exec 3<&0; "$@" <&3 & wait $!';
const namespaces = ['--net', '--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc'];

const startBox = () => {
	const log = openSync(path.join(where.logs, 'box.log'), 'a');
	return spawn('unshare', [...namespaces, 'bash', '-c', firstProcess, 'box', process.execPath, path.join(import.meta.dirname, 'box.ts'), orderFile], {
		stdio: ['pipe', log, log],
		// Nothing of the caller's: a proxy or a kubeconfig of theirs means nothing in there.
		env: {PATH: searchPath(), HOME: settings.state, [clusterMarker]: settings.state},
	});
};

const firstChild = async (parent: number): Promise<number> => {
	for (;;) {
		const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8');
		if (children) {
			return Number.parseInt(children, 10);
		}

		await delay(5);
	}
};

/** Waits, as a shell that costs nothing, until this process is gone. When it goes in order, the undertaker goes with all else. */
const startUndertaker = (): void => {
	spawn('sh', ['-c', 'cat > /dev/null; exec "$@"', 'undertaker', process.execPath, path.join(import.meta.dirname, 'undertaker.ts'), JSON.stringify(settings)], {
		detached: true, stdio: ['pipe', 'ignore', 'ignore'], env: {PATH: searchPath(), [clusterMarker]: settings.state},
	});
};

startUndertaker();
const box = startBox();
const boxEnded = once(box, 'exit');
const first = await firstChild(box.pid!);
const relay = await startRelay({host: '127.0.0.1', port: 0}, {path: where.apiSocket});
const {port} = relay.address() as AddressInfo;
await writeFile(where.kubeconfig, renderKubeconfig(`https://127.0.0.1:${port}`, await readCredentials(settings)), {mode: 0o600});
const record: ClusterRecord = {keeper: process.pid, box: first};
await writeFile(`${where.record}.part`, JSON.stringify(record));
await rename(`${where.record}.part`, where.record);

const reason = await Promise.race([toldToEnd, boxEnded]);
await removeLeftovers(settings, {keepState: reason !== 'told'});
process.exit(0); // eslint-disable-line unicorn/no-process-exit -- a program that nothing else would end: its input may stay open
