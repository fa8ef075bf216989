import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import {createInterface} from 'node:readline';
import {bundle} from '../../scripts/bundle.ts';
import {startRelay} from './relay.ts';

export type FunctionReport = {
	readonly name: string;
	/** To the API server. */
	readonly requests: number;
	/** Bytes of resident memory at its highest. */
	readonly peakMemory: number;
};

/** The project's own image, as Jobs name it. */
export const image = 'neo4j-backup-functions:bench';

type RunningFunction = {readonly url: string; readonly stop: () => Promise<FunctionReport>};

/**
`schedule-tick` and `launch-backup` as processes of their own, bundled as in their image, and between them a Broker that forwards `backup.due` as a Trigger would, with at most `concurrency` under way.
*/
export const startFunctions = async (kubeconfig: string, concurrency: number) => {
	const folder = await mkdtemp(path.join(tmpdir(), 'bench-tick-'));
	await bundle({folder, sourceMaps: false});
	const relay = await startRelay(concurrency);
	const tick = await startFunction(path.join(folder, 'schedule-tick.mjs'), {KUBECONFIG: kubeconfig, K_SINK: relay.url});
	const launch = await startFunction(path.join(folder, 'launch-backup.mjs'), {KUBECONFIG: kubeconfig, K_SINK: relay.url, IMAGE: image});
	relay.deliverTo(launch.url);
	let reports: Promise<readonly FunctionReport[]> | undefined;
	return {
		/** One heartbeat. */
		async tick(): Promise<void> {
			const answer = await fetch(tick.url, {
				method: 'POST',
				headers: {
					'ce-specversion': '1.0', 'ce-id': 'bench', 'ce-source': '/apis/v1/namespaces/neo4j-backup/pingsources/heartbeat', 'ce-type': 'dev.knative.sources.ping', 'content-type': 'application/json',
				},
				body: '{}',
			});
			if (answer.status !== 202) {
				throw new Error(`schedule-tick answered ${answer.status}: ${await answer.text()}`);
			}
		},
		async stop(): Promise<readonly FunctionReport[]> {
			reports ??= (async () => {
				await relay.close();
				const stopped = await Promise.all([tick.stop(), launch.stop()]);
				await rm(folder, {recursive: true});
				return stopped;
			})();
			return reports;
		},
	};
};

const startFunction = async (program: string, environment: Readonly<Record<string, string>>): Promise<RunningFunction> => {
	const child = spawn(process.execPath, ['--import', path.join(import.meta.dirname, 'count-requests.ts'), program], {
		env: {...process.env, ...environment, PORT: '0'}, stdio: ['ignore', 'pipe', 'pipe'],
	});
	const errors = text(child.stderr);
	const port = await portOf(child, errors);
	return {
		url: `http://127.0.0.1:${port}/`,
		async stop() {
			const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
			child.kill('SIGTERM');
			await once(child, 'exit');
			return {
				name: path.basename(program, '.mjs'),
				requests: Number(/requests: (?<count>\d+)/v.exec(await errors)?.groups!['count']),
				peakMemory: Number(/VmHWM:\s+(?<kilobytes>\d+)/v.exec(status)?.groups!['kilobytes']) * 1024,
			};
		},
	};
};

/** The function's log says it, in its first line. What it logs later is not kept. */
const portOf = async (child: ChildProcess & {readonly stdout: NodeJS.ReadableStream}, errors: Promise<string>): Promise<number> => {
	const lines = createInterface({input: child.stdout});
	for await (const line of lines) {
		const {port} = JSON.parse(line) as {readonly port?: number};
		if (port !== undefined) {
			child.stdout.resume();
			return port;
		}
	}

	throw new Error(`The function did not start: ${await errors}`);
};
