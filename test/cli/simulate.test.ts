import {
	mkdtemp, readFile, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'ava';
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
	t.is(page.match(/role="listitem"/gv)?.length, 28);
	t.notRegex(page, /<script|https?:\/\//v);
});

const refusals: ReadonlyArray<readonly [what: string, text: string, words: readonly string[], message: RegExp]> = [
	['a manifest without a schedule', manifest.replace(/ {2}schedule:.*\n/v, ''), [], /spec\.schedule/v],
	['a schedule that cannot be read', manifest.replace('0 2 * * *', '61 * * * *'), [], /spec\.schedule/v],
	['a policy that cannot be read', manifest.replace('maxCount: 3', 'maxAge: 4'), [], /spec\.retention\.maxAge/v],
	['two Neo4jBackups', `${manifest}---${manifest}`, [], /exactly one Neo4jBackup.*holds 2/v],
	['no YAML', '{', [], /it is no YAML/v],
	['no databases', manifest, ['--databases', ','], /--databases/v],
	['a wide form', manifest, ['-o', 'wide'], /--output/v],
];

for (const [what, text, words, message] of refusals) {
	test(`${what} is refused, and the message names where`, async t => {
		const folder = await mkdtemp(path.join(tmpdir(), 'simulate-'));
		t.teardown(async () => rm(folder, {recursive: true}));
		const file = path.join(folder, 'backup.yaml');
		await writeFile(file, text);
		const {code, output, errors} = await runCommandLine(['plan', '-f', file, '--simulate', '30d', ...words]);
		t.is(code, 1);
		t.is(output, '');
		t.regex(errors, message);
	});
}

for (const [words, message] of [
	[['plan', '--simulate', 'soon'], /--simulate/v],
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
