import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import test from 'ava';
import {
	lastRun, perDatabase, sweepOf, writeDirectory, type Size,
} from './large-directory.ts';
import {madeUpStore} from './made-up-store.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {sweep} from '#shared/retention/sweep.ts';
import {type SweepOutcome} from '#shared/retention/sweep-outcome.ts';
import {openStore} from '#shared/stores/open.ts';

/** Of so many artifacts; a nightly run sets a million from outside, and has each sweep the time that the function gives it. */
const artifacts = Number(process.env['SWEEP_ARTIFACTS'] ?? 40_000);
const isLarge = process.env['SWEEP_ARTIFACTS'] !== undefined;
const workMs = 30_000;
const handlerMs = 45_000;

/** What a page of a listing and a request that deletes take with a bucket. */
const bucketMs = 100;

/** Requests that delete, of one sweep in the smaller form. */
const requestsEach = 5;

const pause = async (): Promise<void> => isLarge ? delay(bucketMs) : undefined;

const size: Size = {artifacts, databases: Math.ceil(artifacts / 1000)};

test('[X-087] a sweep that outlives its deadline goes on where it was: it deletes each artifact once, forgets none, and leaves alone what was done', async t => {
	t.timeout(3_600_000);
	const folder = await mkdtemp(path.join(tmpdir(), 'sweep-deadline-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const now = new Date();
	const kept = new Set(lastRun(size, now).artifacts.map(({name}) => name));
	const store = await openStore({type: 'pvc', root: folder, path: ''}, {});
	await writeDirectory(store, size, {
		now, async onDatabase(files) {
			for (const name of files.kept) {
				kept.add(name);
			}
		},
	});

	const gone = new Set<string>();
	const made = await madeUpStore(folder, size, {now, gone});
	const lists = new Map<string, number>();
	let deleted = 0;
	const sweepOnce = async (number: number): Promise<SweepOutcome> => {
		const until = performance.now() + workMs;
		let requests = 0;
		return sweep({
			store: {
				...made,
				async * list(prefix, after) {
					lists.set(prefix, (lists.get(prefix) ?? 0) + 1);
					for await (const page of made.list(prefix, after)) {
						await pause();
						yield page;
					}
				},
				async delete(keys, options) {
					const ofArtifacts = keys.filter(key => !key.startsWith('.'));
					t.false(ofArtifacts.some(key => gone.has(key) || kept.has(key)), 'twice, or what stays');
					t.true(ofArtifacts.length <= 1000);
					await pause();
					deleted += ofArtifacts.length;
					requests += Number(ofArtifacts.length > 0);
					return made.delete(keys, options);
				},
			},
			...sweepOf(size),
			sweepID: `20260101000000-${String(number).padStart(8, '0')}`,
			isOver: () => isLarge ? performance.now() >= until : requests >= requestsEach,
		});
	};

	const outcomes: SweepOutcome[] = [];
	do {
		const begin = performance.now();
		outcomes.push(await sweepOnce(outcomes.length));
		const milliseconds = performance.now() - begin;
		t.true(!isLarge || milliseconds < handlerMs, `sweep ${outcomes.length} took ${milliseconds} ms`);
		const {reason, message} = outcomes.at(-1)!;
		t.log(`${reason} after ${(milliseconds / 1000).toFixed(1)} s: ${message}`);
	} while (outcomes.at(-1)?.reason === 'Interrupted' && outcomes.length < 100);

	t.is(outcomes.at(-1)?.reason, 'Swept');
	t.true(outcomes.length > 1, 'it outlived its deadline');
	const expired = perDatabase(size) * size.databases / 2;
	t.is(deleted, expired);
	let told = 0;
	for (const {deletedCount} of outcomes) {
		told += deletedCount;
	}

	t.is(told, expired, 'each is told once');
	// Read and compared again is only what was at hand when the time was over.
	const again = [...lists].filter(([prefix, count]) => !prefix.startsWith('.') && count > 1).length;
	t.true(again < outcomes.length * 40, `${again} of ${size.databases} databases were listed again`);
	const {artifacts: left, marks, unreadable} = await readCatalogue(store);
	t.deepEqual(unreadable, []);
	t.deepEqual(marks.expiring, []);
	t.is(new Set(left.map(({name}) => name)).symmetricDifference(kept).size, 0);
});
