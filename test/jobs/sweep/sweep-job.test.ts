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

const surroundings = () => ({log: silentLog(), localNow: () => new Date(), print: () => undefined});

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
		async sweep(change: Partial<SweepSpec> = {}) {
			const log = path.join(root, '..', `${path.basename(root)}.log`);
			const exit = await runSweepJob({[sweepSpecVariable]: JSON.stringify({...spec, ...change}), TERMINATION_LOG: log}, surroundings());
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
