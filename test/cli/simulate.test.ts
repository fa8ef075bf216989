import {
	mkdtemp, readFile, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {parse} from 'yaml';
import {simulate, type SimulationInput} from '../../cli/plan/simulate.ts';
import {runCommandLine} from './command-line.ts';
import {parsePolicy, type RetentionSpec} from '#shared/retention/policy.ts';
import {scheduleEntries} from '#shared/schedule/entries.ts';

const simulation = (spec: Parameters<typeof scheduleEntries>[0], retention: RetentionSpec | undefined, options: Partial<SimulationInput> = {}) => simulate({
	entries: scheduleEntries(spec),
	policy: parsePolicy(retention),
	maxChainLength: 100,
	alwaysFull: false,
	databases: ['neo4j'],
	sizes: {full: 100, differential: 10},
	from: new Date('2026-11-01T00:00:00Z'),
	days: 14,
	...options,
});

test('without a policy everything stays: a FULL a day for two weeks', t => {
	const {weeks, chains} = simulation({schedule: '0 2 * * *', options: {backupType: 'FULL'}}, undefined);
	t.deepEqual(weeks.map(({runs, restorePoints, bytes, expired}) => ({
		runs, restorePoints, bytes, expired,
	})), [
		{
			runs: 7, restorePoints: 7, bytes: 700, expired: 0,
		},
		{
			runs: 7, restorePoints: 14, bytes: 1400, expired: 0,
		},
	]);
	t.is(chains.length, 14);
});

test('maxCount: 3 leaves three, and one more that is marked and goes with the next sweep', t => {
	const {weeks, chains} = simulation({schedule: '0 2 * * *', options: {backupType: 'FULL'}}, {maxCount: 3});
	t.deepEqual(weeks.map(({restorePoints, expired}) => ({restorePoints, expired})), [{restorePoints: 4, expired: 3}, {restorePoints: 4, expired: 7}]);
	t.is(chains.filter(({gone}) => gone).length, 10);
	// The backup of 1 November is pushed out on the 4th and deleted on the 5th.
	t.is(chains[0]!.gone?.toISOString(), '2026-11-05T02:00:00.000Z');
});

test('a chain stays until its last member may go: a FULL on Sundays, a DIFF on all other days, kept for a week', t => {
	const {weeks, chains} = simulation({
		schedules: [{name: 'full', schedule: '0 2 * * 0', backupType: 'FULL'}, {name: 'diff', schedule: '0 2 * * 1-6', backupType: 'DIFF'}],
	}, {maxAge: '7d'}, {days: 28});
	// Sunday the 1st, 8th, 15th and 22nd begin chains of seven. That of the 1st ends on Saturday the 7th, which is past a week on Sunday the 15th at 02:00.
	t.deepEqual(chains.map(({members}) => members.length), [7, 7, 7, 7]);
	t.deepEqual(chains.map(({gone}) => gone?.toISOString().slice(0, 10)), ['2026-11-16', '2026-11-23', undefined, undefined]);
	t.deepEqual(weeks.map(({bytes}) => bytes), [160, 320, 320, 320]);
});

test('an endless chain of AUTO is begun anew once it has outgrown maxCount, and with encryption every run is a FULL', t => {
	const spec = {schedule: '0 2 * * *'};
	const rolled = simulation(spec, {maxCount: 3});
	t.true(rolled.chains.length > 2);
	t.true(rolled.chains.every(({members}) => members.length <= 4));
	const encrypted = simulation(spec, {maxCount: 3}, {alwaysFull: true});
	t.true(encrypted.chains.every(({members}) => members.length === 1));
});

test('an archived chain takes its bytes along and leaves the directory', t => {
	const {weeks} = simulation({schedule: '0 2 * * *', options: {backupType: 'FULL'}}, {maxCount: 3, deletePolicy: 'Archive'});
	t.deepEqual(weeks.map(({bytes, archivedBytes}) => ({bytes, archivedBytes})), [{bytes: 400, archivedBytes: 300}, {bytes: 400, archivedBytes: 1000}]);
});

const manifest = `
apiVersion: neo4j.neo4j.com/v1alpha1
kind: Neo4jBackup
metadata: {name: daily}
spec:
  target: {kind: Cluster, name: production}
  storage: {type: s3, bucket: backups, path: daily}
  schedule: "0 2 * * *"
  options: {backupType: FULL}
  retention: {maxCount: 3}
`;

test('plan -f FILE --simulate needs no cluster, and prints weeks as a table, JSON and YAML, and a page', async t => {
	const folder = await mkdtemp(path.join(tmpdir(), 'simulate-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	const file = path.join(folder, 'backup.yaml');
	await writeFile(file, manifest);
	const words = ['plan', '-f', file, '--simulate', '2w', '--databases', 'neo4j,<movies>', '--full-size', '5G'];
	const table = await runCommandLine([...words, '--html', path.join(folder, 'plan.html')]);
	t.is(table.code, 0);
	t.is(table.errors, '');
	t.regex(table.output, /^2026-11-15 +7 +8 +8 +14 +40GB +█+$/mv);

	const json = await runCommandLine([...words, '-o', 'json']);
	const yaml = await runCommandLine([...words, '-o', 'yaml']);
	t.is((JSON.parse(json.output) as {weeks: unknown[]}).weeks.length, 2);
	t.is((parse(yaml.output) as {weeks: unknown[]}).weeks.length, 2);

	const page = await readFile(path.join(folder, 'plan.html'), 'utf8');
	t.false(page.includes('<movies>'));
	t.regex(page, /<h3 id="lanes-1-name">Each of neo4j, &lt;movies&gt;<\/h3>/v);
	t.is(page.match(/<a id="bar-/gv)?.length, 14);
	t.notRegex(page, /<script|https?:\/\//v);
});

test('a simulation tells of a terminal how far it is, and nothing of it elsewhere', async t => {
	const {run} = await withFile(t, manifest);
	const shown = await run(['--simulate', '3w'], {isTerminal: true});
	t.deepEqual(shown.errors.split('\r\u001B[2K').filter(Boolean), ['Playing the schedule forward …', ...[1, 2, 3].map(week => `Playing the schedule forward … week ${week} of 3`)]);
	const quiet = await run(['--simulate', '3w']);
	t.deepEqual(quiet, {...shown, errors: ''});
});

test('a simulation says which schedule and policy it plays, and where that is not what would happen', async t => {
	const {run} = await withFile(t, manifest
		.replace('schedule: "0 2 * * *"', 'timeZone: Europe/Berlin\n  suspend: true\n  schedules:\n  - {name: full, schedule: "0 2 * * 0", backupType: FULL}\n  - {name: diff, schedule: "0 3 * * *", timeZone: UTC}')
		.replace('retention: {maxCount: 3}', 'retention: {maxAge: 30d, minCount: 2, keep: {weekly: 4, monthly: 6}, mode: Plan}'));
	const {output} = await run(['--simulate', '1d']);
	t.is(output, `daily played forward for 1 day: neo4j, a FULL of 10GB and a DIFF of 1GB each
Schedule: FULL at 0 2 * * 0 (Europe/Berlin); FULL at 0 3 * * * (UTC)
Policy: maxAge 30d, minCount 2, keep weekly 4, monthly 6, mode Plan
Note: spec.suspend is true: no run starts until it is false; played as if it were.
Note: spec.retention.mode is Plan: nothing expires until it is Enforce; played as if it were.

UNTIL        RUNS   BACKUPS   CHAINS   EXPIRED   STORAGE
2026-11-02      2         2        2         0      20GB   ██████████████████████████████
`);
});

test('what cannot be read or written is named by its option, with the reason', async t => {
	const {file, run} = await withFile(t, manifest);
	const nowhere = path.join(path.dirname(file), 'nowhere');
	t.like(await runCommandLine(['plan', '-f', nowhere, '--simulate', '30d']), {code: 1, output: '', errors: `error: -f: ${nowhere} cannot be read: there is no such file or folder\n`});
	t.like(await runCommandLine(['plan', '-f', path.dirname(file), '--simulate', '30d']), {code: 1, output: '', errors: `error: -f: ${path.dirname(file)} cannot be read: it is a folder\n`});
	t.like(await run(['--simulate', '30d', '--html', `${nowhere}/plan.html`]), {code: 1, output: '', errors: `error: --html: ${nowhere}/plan.html cannot be written: there is no such file or folder\n`});
});

const withFile = async (t: ExecutionContext, text: string) => {
	const folder = await mkdtemp(path.join(tmpdir(), 'simulate-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	const file = path.join(folder, 'backup.yaml');
	await writeFile(file, text);
	return {file, run: async (words: readonly string[], options?: Parameters<typeof runCommandLine>[1]) => runCommandLine(['plan', '-f', file, ...words], options)};
};

const refusals: ReadonlyArray<readonly [what: string, text: string, words: readonly string[], message: RegExp]> = [
	['a manifest without a schedule', manifest.replace(/ {2}schedule:.*\n/v, ''), [], /spec\.schedule/v],
	['a schedule that cannot be read', manifest.replace('0 2 * * *', '61 * * * *'), [], /spec\.schedule/v],
	['a policy that cannot be read', manifest.replace('maxCount: 3', 'maxAge: 4'), [], /spec\.retention\.maxAge/v],
	['two Neo4jBackups', `${manifest}---${manifest}`, [], /-f: .* exactly one Neo4jBackup; it holds 2 × Neo4jBackup/v],
	['a misspelt field', manifest.replace('maxCount: 3', 'maxcount: 3'), [], /^error: spec\.retention\.maxcount: there is no such field; there are maxAge, maxCount,/v],
	['a field in a list', manifest.replace('schedule: "0 2 * * *"', 'schedules: [{name: a, schedule: "0 2 * * *", type: FULL}]'), [], /^error: spec\.schedules\[0\]\.type: there is no such field/v],
	['a number that is a text', manifest.replace('maxCount: 3', 'maxCount: "3"'), [], /^error: spec\.retention\.maxCount: "3" must be integer/v],
	['a value that is none of the possible ones, and a missing field', manifest.replace('FULL', 'Full').replace(/target:.*/v, 'suspend: false'), [], /^error: spec\.target: it is missing\n +spec\.options\.backupType: "Full" is none of FULL, DIFF, AUTO/v],
	['another kind', 'kind: Neo4jRestore', [], /-f: .* exactly one Neo4jBackup; it holds Neo4jRestore/v],
	['a Neo4jBackup without a spec', 'kind: Neo4jBackup', [], /^error: spec: the Neo4jBackup of .* has none/v],
	['no YAML', '{', [], /-f: .* is no YAML/v],
	['a wide form', manifest, ['-o', 'wide'], /--output/v],
];

for (const [what, text, words, message] of refusals) {
	test(`${what} is refused, and the message names where`, async t => {
		const {run} = await withFile(t, text);
		const {code, output, errors} = await run(['--simulate', '30d', ...words]);
		t.is(code, 1);
		t.is(output, '');
		t.regex(errors, message);
	});
}

for (const [words, message] of [
	[['plan', '--simulate', 'soon'], /--simulate.*Write, for example, 90d/v],
	[['plan', '--simulate', '0d'], /--simulate.*Write, for example, 90d/v],
	[['plan', '--simulate', '2000w'], /--simulate.*At most 20 years/v],
	[['plan', '--databases', ', '], /--databases.*Name at least one/v],
	[['plan', 'x', '--databases', 'movies'], /--databases: it goes with -f FILE --simulate/v],
	[['plan', 'x', '--diff-size', '1G'], /--diff-size: it goes with -f FILE --simulate/v],
	[['plan', 'x', '--full-size', '0'], /--full-size.*above 0/v],
	[['plan', 'x', '--simulate', '90d'], /name: .*kubectl get neo4jbackup x -o yaml \|/v],
	[['plan', 'x', '--kubeconfig', '/nowhere'], /--kubeconfig: \/nowhere cannot be read/v],
	[['plan', '--simulate', '90d'], /-f FILE/v],
	[['plan', '-f', 'x.yaml'], /--simulate/v],
	[['plan'], /name/v],
	[['plan', 'x', '--full-size', 'big'], /--full-size/v],
	[['plan', 'x', '-o', 'xml'], /--output/v],
	[['nothing-like-it'], /nothing-like-it/v],
] as const) {
	test(`${words.join(' ')} says what is wrong with it`, async t => {
		const {code, output, errors} = await runCommandLine(words);
		t.not(code, 0);
		t.is(output, '');
		t.regex(errors, message);
	});
}
