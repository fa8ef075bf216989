import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {makeTemplate, type Template} from './bucket.ts';
import {contenders, program, type Server} from './contenders.ts';
import {type SweepOrder, type SweepReport} from './orders.ts';
import {findRclone, findS5cmd, type Tool} from './tools.ts';
import {writeDirectory, type Size} from '#test/shared/retention/large-directory.ts';
import {openStore} from '#shared/stores/open.ts';
import {startVersitygw} from '#test/e2e/stores/versitygw.ts';

export type Scale = {readonly size: Size; readonly memory: readonly [small: Size, large: Size]; readonly roundTrips: readonly number[]};

type Times = {readonly sweep: number; readonly floor: number; readonly s5cmd?: number};

/** How the floor may go about it; the fastest counts. */
const strategies = [{atOnce: 4, isFlat: false}, {atOnce: 8, isFlat: false}, {atOnce: 4, isFlat: true}];

/**
Measures all of them side by side and prints what it saw; the last line is the ratios. Answers the exit code.
*/
export const measureSweep = async ({size, memory, roundTrips}: Scale): Promise<number> => {
	const tools = {s5cmd: await findS5cmd(), rclone: await findRclone()};
	for (const [name, tool] of Object.entries(tools)) {
		say(`${name}: ${'missing' in tool ? `cannot be had, and is left out: ${tool.missing}` : tool.version}`);
	}

	const peaks = await measureMemory(memory);
	const times = await measureTimes(size, roundTrips, tools);
	const {sweep, floor, s5cmd} = times.at(-1)!;
	say(`sweep: ${s5cmd === undefined ? 'no s5cmd' : `${(sweep / s5cmd).toFixed(2)} × s5cmd`}, ${(sweep / floor).toFixed(2)} × floor, memory ${(peaks[1] / peaks[0]).toFixed(2)} ×`);
	return 0;
};

const measureTimes = async (size: Size, roundTrips: readonly number[], tools: Tools): Promise<readonly Times[]> => {
	const server = await startVersitygw({buckets: []});
	const folder = await mkdtemp(path.join(tmpdir(), 'bench-sweep-'));
	try {
		say('making the files');
		const template = await makeTemplate(path.join(server.directory, 'buckets'), size, new Date(Date.now() - (400 * 24 * 60 * 60_000)));
		const keysFile = path.join(folder, 'keys');
		await writeFile(keysFile, template.keys.join('\n'));
		const times: Times[] = [];
		for (const roundTrip of roundTrips) {
			const relay = roundTrip === 0 ? {endpoint: server.url, stop: () => undefined} : await startRelay(server.url, roundTrip);
			times.push(await atRoundTrip({endpoint: relay.endpoint, credentials: server.credentials}, {
				size, template, keysFile, tools, name: `${roundTrip} ms`,
			}));
			relay.stop();
		}

		return times;
	} finally {
		await server.stop();
		await rm(folder, {recursive: true, force: true});
	}
};

type Tools = {readonly s5cmd: Tool; readonly rclone: Tool};
type Round = {readonly size: Size; readonly template: Template; readonly keysFile: string; readonly tools: Tools; readonly name: string};

const atRoundTrip = async (server: Server, {size, template, keysFile, tools, name}: Round): Promise<Times> => {
	const {sweep, floor, s5cmd, rclone} = contenders(server);
	let buckets = 0;
	/** In a bucket that nobody has touched, of which the same must be left. */
	const inBucket = async (what: string, work: (bucket: string) => Promise<number>): Promise<number> => {
		const bucket = `bench-${name.replaceAll(/\D/gv, '')}-${buckets++}`;
		await template.copyTo(bucket);
		const before = await template.left(bucket);
		const milliseconds = await work(bucket);
		const left = await template.left(bucket);
		await template.remove(bucket);
		if (before - left !== template.keys.length) {
			throw new Error(`${what} deleted ${before - left} of ${before} objects, and not the ${template.keys.length} that expire`);
		}

		say(`${name}: ${what}: ${(milliseconds / 1000).toFixed(1)} s`);
		return milliseconds;
	};

	const sweepTime = async () => inBucket('sweep', async bucket => {
		const {milliseconds, peakKiB, reason, message} = await sweep(bucket, size);
		if (reason !== 'Swept') {
			throw new Error(`the sweep ended as ${reason}: ${message}`);
		}

		say(`${name}: sweep: at most ${(peakKiB / 1024).toFixed(0)} MiB of memory`);
		return milliseconds;
	});

	// One of ours before and one after the others, so that a machine which slows down or wakes up favours none.
	const sweeps = [await sweepTime()];
	const floors: number[] = [];
	for (const strategy of strategies) {
		floors.push(await inBucket(`floor, ${strategy.atOnce} at once, ${strategy.isFlat ? 'one listing' : 'a listing for each database'}`, async bucket => floor(bucket, template, {keysFile, ...strategy})));
	}

	const {s5cmd: s5cmdTool, rclone: rcloneTool} = tools;
	const peer = 'missing' in s5cmdTool ? undefined : await inBucket('s5cmd rm', async bucket => s5cmd(s5cmdTool, bucket, template));
	if (!('missing' in rcloneTool)) {
		await inBucket('rclone delete', async bucket => rclone(rcloneTool, bucket));
	}

	sweeps.push(await sweepTime());
	return {sweep: Math.min(...sweeps), floor: Math.min(...floors), ...(peer !== undefined && {s5cmd: peer})};
};

const startRelay = async (url: string, roundTrip: number): Promise<{endpoint: string; stop: () => void}> => {
	const child = spawn(process.execPath, [fileURLToPath(new URL('relay.ts', import.meta.url)), new URL(url).port, String(roundTrip)], {stdio: ['pipe', 'pipe', 'inherit']});
	const [port] = await once(createInterface(child.stdout), 'line') as [string];
	return {
		endpoint: `http://127.0.0.1:${port}`, stop() {
			child.stdin.end();
		},
	};
};

const measureMemory = async (sizes: readonly [Size, Size]): Promise<readonly [number, number]> => {
	const peaks: number[] = [];
	for (const size of sizes) {
		const folder = await mkdtemp(path.join(tmpdir(), 'bench-sweep-'));
		try {
			const now = new Date();
			const store = await openStore({type: 'pvc', root: folder, path: ''}, {});
			await writeDirectory(store, size, {now, onDatabase: async () => undefined});
			await store.close();
			const order: SweepOrder = {size, place: {folder, now: now.toISOString()}};
			const {peakKiB, deleted, reason, message, milliseconds} = JSON.parse(await program('run-sweep.ts', order)) as SweepReport;
			if (reason !== 'Swept') {
				throw new Error(`the sweep ended as ${reason}: ${message}`);
			}

			say(`memory: ${size.artifacts} artifacts of ${size.databases} databases: at most ${(peakKiB / 1024).toFixed(0)} MiB, ${deleted} deleted in ${(milliseconds / 1000).toFixed(1)} s`);
			peaks.push(peakKiB);
		} finally {
			await rm(folder, {recursive: true, force: true});
		}
	}

	return [peaks[0]!, peaks[1]!];
};

const say = (line: string): void => {
	console.log(line);
};
