import {copyFile, readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {atHour, ranges, set} from './backup-setting.ts';
import {emptyFolder, neo4jAdmin} from './run-neo4j-admin.ts';

const reportOf = async (folder: string): Promise<string> => {
	const files = await readdir(folder);
	const report = files.find(name => name.startsWith('inconsistencies-'));
	return report === undefined ? '' : readFile(join(folder, report), 'utf8');
};

const faulty = (hour: number, faults: Record<string, unknown>) => ({env: {...atHour(hour).env, STAND_IN_FAULTS: JSON.stringify(faults)}});

test('a good backup is consistent, and leaves no report', async t => {
	const {backup, folder} = await set(t);
	await backup([], atHour(1));
	const reports = await emptyFolder(t);
	const {code, stdout} = await neo4jAdmin(['database', 'check', `--from-path=${folder}`, `--report-path=${reports}`, '--max-off-heap-memory=50%', 'neo4j']);
	t.is(code, 0);
	t.regex(stdout, /^Running consistency check with max off-heap/v);
	t.deepEqual(await readdir(reports), []);
});

test('an inconsistent store and an altered record are reported, and content that cannot be unpacked fails without a report', async t => {
	const {backup, folder} = await set(t, {databases: ['neo4j', 'altered', 'packed']});
	await backup(['neo4j'], faulty(1, {inconsistent: ['neo4j']}));
	await backup(['altered', '--compress=false'], faulty(1, {damage: ['altered']}));
	await backup(['packed'], faulty(1, {damage: ['packed']}));
	const check = async (database: string) => {
		const reports = await emptyFolder(t);
		const {code, stderr} = await neo4jAdmin(['database', 'check', `--from-path=${folder}`, `--report-path=${reports}`, database]);
		return {code, stderr, report: await reportOf(reports)};
	};

	const inconsistent = await check('neo4j');
	t.is(inconsistent.code, 1);
	t.regex(inconsistent.report, /^ERROR: The referenced node record is not in use/v);
	const altered = await check('altered');
	t.is(altered.code, 1);
	t.regex(altered.report, /^ERROR: Record of transaction 5 does not match its checksum/v);
	const packed = await check('packed');
	t.is(packed.code, 1);
	t.regex(packed.stderr, /Failed to extract/v);
	t.is(packed.report, '');
});

test('a differential and an unrecovered backup are not checked; what their chain is aggregated to is', async t => {
	const {backup, folder, dbms, inspect} = await set(t);
	await backup(['--skip-recovery'], atHour(1));
	const check = async () => neo4jAdmin(['database', 'check', `--from-path=${folder}`, `--report-path=${await emptyFolder(t)}`, 'neo4j']);
	const unrecovered = await check();
	t.is(unrecovered.code, 1);
	t.regex(unrecovered.stderr, /not recovered/v);
	dbms.write('neo4j', 5);
	await backup(['--type=DIFF'], atHour(2));
	const differential = await check();
	t.is(differential.code, 1);
	t.regex(differential.stderr, /differential/v);

	const aggregated = await neo4jAdmin(['backup', 'aggregate', `--from-path=${folder}`, '--keep-old-backup=true', 'neo4j'], atHour(3));
	t.is(aggregated.code, 0);
	t.is(aggregated.stdout, `Successfully aggregated backup chain of database 'neo4j', new artifact: '${folder}/neo4j-2026-03-04T03-00-00.backup'.\n`);
	t.deepEqual(ranges(await inspect()), ['FULL 1-5', 'DIFF 6-10', 'FULL 1-10']);
	await neo4jAdmin(['database', 'aggregate-backup', `--from-path=${folder}/neo4j-2026-03-04T02-00-00.backup`], {...atHour(4), version: '5.26.0'});
	t.deepEqual(ranges(await inspect()), ['FULL 1-10', 'FULL 1-10'], 'the old chain goes unless it is told to stay');
	const {code} = await check();
	t.is(code, 0);
});

test('a chain with a hole or a damaged member cannot be aggregated', async t => {
	const {backup, folder, dbms} = await set(t);
	await backup(['--type=FULL'], atHour(1));
	dbms.write('neo4j', 5);
	await backup(['--type=DIFF'], faulty(2, {damage: ['neo4j']}));
	const alone = await emptyFolder(t);
	await copyFile(join(folder, 'neo4j-2026-03-04T02-00-00.backup'), join(alone, 'neo4j-2026-03-04T02-00-00.backup'));
	for (const [from, says] of [[folder, /Failed to extract/v], [alone, /is not complete/v]] as const) {
		const {code, stderr} = await neo4jAdmin(['backup', 'aggregate', `--from-path=${from}`, 'neo4j']);
		t.is(code, 1);
		t.regex(stderr, says);
	}
});

const refuses = test.macro(async (t: ExecutionContext, argv: readonly string[], says: RegExp, {code = 64, version = '2025.12.0'} = {}) => {
	const ended = await neo4jAdmin(argv, {version});
	t.is(ended.code, code);
	t.regex(ended.stderr, says);
});

test('check wants a database', refuses, ['database', 'check', '--from-path=/tmp'], /Missing required parameter: '<database>'/v);
test('check takes files or a live store, not both', refuses, ['database', 'check', '--from-path=/tmp', '--from-path-data=/tmp', '--from-path-txn=/tmp', 'neo4j'], /mutually exclusive/v);
test('check stages only what it takes from a folder', refuses, ['database', 'check', '--temp-path=/tmp', 'neo4j'], /Missing required argument\(s\): --from-path=<path>/v);
test('check wants a size', refuses, ['database', 'check', '--max-off-heap-memory=much', 'neo4j'], /Invalid value for option '--max-off-heap-memory'/v);
test('check takes no file before 2025.09', refuses, ['database', 'check', '--from-path=/tmp/neo4j-2026-03-04T02-00-00.backup', 'neo4j'], /not an existing directory/v, {code: 1, version: '2025.08.0'});
test('backup aggregate came with 2025.01', refuses, ['backup', 'aggregate', '--from-path=/tmp', 'neo4j'], /Unmatched argument/v, {version: '5.26.0'});
test('aggregate wants to know from where', refuses, ['backup', 'aggregate', 'neo4j'], /Missing required option: '--from-path=<path>'/v);
