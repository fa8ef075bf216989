import {readFile} from 'node:fs/promises';
import {setTimeout as delay} from 'node:timers/promises';
import {percentile, percentileText} from '../percentiles.ts';
import {bareWrites} from './bare-writes.ts';
import {cronJobs} from './cron-jobs.ts';
import {startFunctions} from './functions.ts';
import {watchJobs} from './watch-jobs.ts';
import {createDueBackups, createWorld, namespaces} from './world.ts';
import {connect, type Connection} from '#local/kube/connect.ts';

export type Size = {readonly backups: number; readonly due: number};

/** As many runs as one Pod of launch-backup takes at once (its KService's containerConcurrency), and as many bare writes. */
const concurrency = 10;

const minute = 60_000;

/** For each object that is to be due. */
const preparation = 60;

/** For the last Job of a measurement. */
const patience = 10 * minute;

/**
Measures all of them beside each other and prints what it saw; the last line is the ratios. Answers the exit code: 0 once everything was measured.
*/
export const measureTick = async (kubeconfig: string, {backups, due}: Size): Promise<number> => {
	const stopper = new AbortController();
	const connection = connect(await readFile(kubeconfig, 'utf8'), stopper.signal);
	try {
		say(`creating ${backups - due} Neo4jBackups that are not due`);
		await createWorld(connection.client, backups - due);

		const peer = await inOneMinute(connection, due, async instant => cronJobs(connection.client, due, instant));
		say(`CronJob: ${percentileText(peer)}`);
		await forgetJobs(connection);

		const bare = await bareWrites(connection.client, due, {concurrency, jobs: 'backup'});
		say(`bare writes: ${percentileText(bare)}`);
		await forgetJobs(connection);

		const empty = await bareWrites(connection.client, due, {concurrency, jobs: 'empty'});
		say(`bare writes, with Jobs of a Pod that does nothing: ${percentileText(empty)}`);
		await forgetJobs(connection);

		const functions = await startFunctions(kubeconfig, concurrency);
		try {
			const ours = await inOneMinute(connection, due, async instant => {
				await createDueBackups(connection.client, due, instant);
				// As the PingSource does: what one tick has no time for is the next one's.
				return async () => {
					const heartbeat = setInterval(() => {
						functions.tick().catch((error: unknown) => {
							say(`a heartbeat was refused: ${String(error)}`);
						});
					}, minute);
					stopper.signal.addEventListener('abort', () => {
						clearInterval(heartbeat);
					});
					await functions.tick();
				};
			});
			say(`schedule-tick and launch-backup: ${percentileText(ours)}`);
			for (const {name, requests, peakMemory} of await functions.stop()) {
				say(`${name}: ${requests} requests, at most ${(peakMemory / 1024 / 1024).toFixed(0)} MiB of memory`);
			}

			const ratio = (other: readonly number[]) => (percentile(ours, 0.99) / percentile(other, 0.99)).toFixed(1);
			say(`with Jobs of a Pod that does nothing: p99 ${ratio(empty)} × bare writes`);
			say(`tick: p99 ${ratio(bare)} × bare writes, ${ratio(peer)} × CronJob`);
			return 0;
		} finally {
			await functions.stop();
		}
	} finally {
		stopper.abort();
	}
};

const say = (line: string): void => {
	console.log(line);
};

type AtInstant = () => Promise<unknown>;

/**
Prepares what is due at the next full minute that leaves time for that, waits for the minute, and answers for each Job how long after it the API server told of it.
*/
const inOneMinute = async (connection: Connection, due: number, prepare: (instant: Date) => Promise<AtInstant | void>): Promise<readonly number[]> => {
	const instant = new Date(Math.ceil((Date.now() + (due * preparation)) / minute) * minute);
	const jobs = await watchJobs(connection, due);
	const begin = await prepare(instant);
	const early = instant.getTime() - Date.now();
	if (early <= 0) {
		throw new Error(`It took ${Math.round(-early / 1000)} s too long to prepare ${due} objects: try fewer with --due`);
	}

	await delay(early);
	await begin?.();
	const times = await Promise.race([jobs.seen, delay(patience, undefined, {ref: false})]);
	if (!times) {
		throw new Error(`Ten minutes later only ${jobs.count()} of ${due} Jobs are there`);
	}

	return times.map(time => time - instant.getTime());
};

/** Jobs of one measurement, and the Pods that the controller makes of them, must not be work for the next one. */
const forgetJobs = async ({client}: Connection): Promise<void> => {
	for (const kind of ['CronJob', 'Job', 'Pod']) {
		const apiVersion = kind === 'Pod' ? 'v1' : 'batch/v1';
		for (const namespace of namespaces) {
			for await (const page of client.list({apiVersion, kind, namespace})) {
				await Promise.all(page.map(async ({metadata: {name}}) => client.delete({
					apiVersion, kind, namespace, name,
				})));
			}
		}
	}

	await delay(10_000);
};
