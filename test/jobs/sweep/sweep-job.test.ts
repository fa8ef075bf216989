import {
	mkdtemp, readFile, readdir, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {artifact, manifest, owner} from '../../shared/catalogue/history.ts';
import {runSweepJob} from '#jobs/sweep/sweep-job.ts';
import {claimDirectory} from '#shared/catalogue/owner.ts';
import {writeManifest} from '#shared/catalogue/write.ts';
import {silentLog} from '#shared/log.ts';
import {decodeOutcome} from '#shared/retention/outcome.ts';
import {sweepSpecVariable, type SweepSpec} from '#shared/retention/sweep-spec.ts';
import {openStore} from '#shared/stores/open.ts';

const pinKey = '.neo4j-backup/pins/back.json';

const surroundings = (): Parameters<typeof runSweepJob>[1] => ({log: silentLog(), localNow: () => new Date(), print: () => undefined});

/** A claim with one FULL on each of five days, some weeks ago. */
const startClaim = async (t: ExecutionContext) => {
	const root = await mkdtemp(path.join(tmpdir(), 'claim-'));
	t.teardown(async () => rm(root, {recursive: true, force: true}));
	const store = await openStore({type: 'pvc', path: '', root}, {});
	await claimDirectory(store, owner);
	for (let day = 1; day <= 5; day++) {
		await writeFile(path.join(root, artifact(day).name), 'x'.repeat(100));
		await writeManifest(store, manifest(day, [artifact(day)]));
	}

	const spec: SweepSpec = {
		sweepID: '20261101000000-00000001', location: {type: 'pvc', path: '', root}, owner, retention: {maxCount: 2}, timeZone: 'UTC', graceMs: 0, plannedAt: new Date().toISOString(), wantedRuns: [],
	};
	return {
		root,
		spec,
		async sweep(change: Partial<SweepSpec> = {}, others: Partial<ReturnType<typeof surroundings>> = {}) {
			const log = path.join(root, '..', `${path.basename(root)}.log`);
			const exit = await runSweepJob({[sweepSpecVariable]: JSON.stringify({...spec, ...change}), TERMINATION_LOG: log}, {...surroundings(), ...others});
			const message = await readFile(log, 'utf8');
			await rm(log);
			return {exit, message, outcome: decodeOutcome(message)};
		},
		async files() {
			const names = await readdir(root);
			return names.filter(name => !name.startsWith('.')).toSorted();
		},
	};
};

test('a sweep Job marks, and the next one deletes; its outcome is its termination message', async t => {
	const claim = await startClaim(t);
	const first = await claim.sweep();
	t.is(first.exit, 0);
	t.like(first.outcome, {reason: 'Marked', kept: 2, expiring: 3});
	const second = await claim.sweep({sweepID: '20261101000001-00000002'});
	t.like(second.outcome, {reason: 'Swept', deletedCount: 3, storage: {restorePoints: 2}});
	t.deepEqual(await claim.files(), [artifact(4).name, artifact(5).name]);
});

test('a plan that is old, or from the future, touches nothing', async t => {
	const claim = await startClaim(t);
	await claim.sweep();
	for (const minutes of [-20, 10]) {
		const {outcome} = await claim.sweep({plannedAt: new Date(Date.now() + (minutes * 60_000)).toISOString(), sweepID: `2026110100000${minutes + 20}-00000002`});
		t.like(outcome, {reason: 'ClockSkewed', deletedCount: 0});
	}

	const files = await claim.files();
	t.is(files.length, 5);
});

test('a plan that grows old while the Job is at work deletes nothing more', async t => {
	const claim = await startClaim(t);
	await claim.sweep();
	const plannedAt = Date.parse(claim.spec.plannedAt);
	let minutes = 1;
	const now = () => new Date(plannedAt + (minutes * 60_000));
	const {outcome} = await claim.sweep({sweepID: '20261101000001-00000002'}, {
		localNow: now,
		async open(location) {
			const store = await openStore(location, {});
			return {
				...store,
				now: async () => now(),
				async * list(prefix) {
					yield * store.list(prefix);
					// It took that long to list the artifacts.
					minutes = prefix.startsWith('.') ? minutes : 16;
				},
			};
		},
	});
	t.like(outcome, {reason: 'Interrupted', deletedCount: 0});
	t.regex(outcome!.message, /was planned at/v);
	const files = await claim.files();
	t.is(files.length, 5);
});

test('a sweep Job deletes nothing before the grace that it was given is over', async t => {
	const claim = await startClaim(t);
	for (const [sweepID, graceMs, left] of [['20261101000001-00000001', 3_600_000, 5], ['20261101000002-00000002', 3_600_000, 5], ['20261101000003-00000003', 0, 2]] as const) {
		await claim.sweep({sweepID, graceMs});
		const files = await claim.files();
		t.is(files.length, left);
	}
});

test('a Job that deletes all backups fails while something stays, and says what; it succeeds once all is gone', async t => {
	const claim = await startClaim(t);
	const store = await openStore(claim.spec.location, {});
	await store.create(pinKey, JSON.stringify({
		version: 1, restore: 'neo4j/back', artifacts: [artifact(2).name], createdAt: new Date().toISOString(),
	}));
	const held = await claim.sweep({purges: true});
	t.is(held.exit, 1);
	t.regex(held.message, /1 could not be deleted, the first is \.neo4j-backup\/pins\/back\.json: restore neo4j\/back reads the backups/v);
	await store.delete([pinKey]);
	const asked = new Set<unknown>();
	const {exit, message} = await claim.sweep({purges: true}, {
		open: async () => ({
			...store,
			async delete(keys, options) {
				asked.add(options?.versions);
				return store.delete(keys, options);
			},
		}),
	});
	t.is(exit, 0);
	t.is(message, '5 artifacts were deleted');
	t.deepEqual([...asked], ['Keep'], 'versions of a bucket stay unless retention.versions says otherwise');
	t.deepEqual(await claim.files(), []);
});

test('without retention a sweep Job only looks after the catalogue', async t => {
	const claim = await startClaim(t);
	const {retention: _retention, ...spec} = claim.spec;
	const log = path.join(claim.root, '..', `${path.basename(claim.root)}.log`);
	await runSweepJob({[sweepSpecVariable]: JSON.stringify(spec), TERMINATION_LOG: log}, surroundings());
	t.like(decodeOutcome(await readFile(log, 'utf8')), {reason: 'NoPolicy', storage: {restorePoints: 5, bytes: 500}});
	await rm(log);
});

test('a sweep Job without its task fails and says so', async t => {
	const log = path.join(tmpdir(), `sweep-${process.pid}.log`);
	t.is(await runSweepJob({TERMINATION_LOG: log}, surroundings()), 1);
	t.regex(await readFile(log, 'utf8'), /BACKUP_SWEEP is not set/v);
	await rm(log);
});
