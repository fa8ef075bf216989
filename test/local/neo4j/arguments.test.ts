import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'ava';
import {emptyFolder, neo4jAdmin} from './run-neo4j-admin.ts';
import {backupCommand} from '#local/neo4j/admin/backup-options.ts';
import {expandArgumentFiles} from '#local/neo4j/admin/argument-files.ts';
import {parseArguments} from '#local/neo4j/admin/arguments.ts';
import {parseVersion} from '#local/neo4j/admin/version.ts';

const parse = (argv: readonly string[], version = '2026.04.0') => {
	const {options, positionals} = parseArguments(backupCommand, argv, parseVersion(version));
	return {...Object.fromEntries(options), positionals};
};

test('names before the options are names, names after a list of servers are servers', t => {
	t.deepEqual(parse(['neo4j', '--from=a,b']), {'--from': ['a', 'b'], positionals: ['neo4j']});
	t.deepEqual(parse(['--from', 'a,b', 'neo4j']), {'--from': ['a', 'b', 'neo4j'], positionals: []});
	t.deepEqual(parse(['--from=a,b', 'neo4j', '--verbose']), {'--from': ['a', 'b', 'neo4j'], '--verbose': ['true'], positionals: []});
	t.deepEqual(parse(['--from=a', '--from=b', '--', 'neo4j']), {'--from': ['a', 'b'], positionals: ['neo4j']});
});

test('a boolean is bare, true or false', t => {
	t.deepEqual(parse(['--compress', '--skip-recovery=true', '--keep-failed', 'false', 'neo4j']), {
		'--compress': ['true'], '--skip-recovery': ['true'], '--keep-failed': ['false'], positionals: ['neo4j'],
	});
	t.throws(() => parse(['--compress=perhaps']), {message: 'Invalid value for option \'--compress\': \'perhaps\' is not a boolean'});
});

test('a type is taken in any case, and no other type is', t => {
	t.deepEqual(parse(['--type=full']), {'--type': ['full'], positionals: []});
	t.throws(() => parse(['--type=INCREMENTAL']), {message: 'Invalid value for option \'--type\' (<type>): \'INCREMENTAL\''});
});

test('an option with one value is given once and with its value', t => {
	t.throws(() => parse(['--to-path=/a', '--to-path=/b']), {message: 'option \'--to-path\' (<path>) should be specified only once'});
	t.throws(() => parse(['--to-path', '--verbose']), {message: 'Missing required parameter for option \'--to-path\' (<path>)'});
});

const gates: ReadonlyArray<readonly [option: string, last: string, first: string]> = [
	['--prefer-diff-as-parent', '2025.03.0', '2025.04.0'],
	['--remote-address-resolution', '2025.08.0', '2025.09.0'],
	['--include-metadata=users=alice,bob', '2025.09.0', '2025.10.0'],
	['--parallel-download', '2025.10.1', '2025.11.0'],
	['--skip-recovery=true', '5.26.12', '2026.01.0'],
	['--temp-path=/t', '5.23.0', '5.24.0'],
];

for (const [option, last, first] of gates) {
	test(`${option} is unknown to ${last} and known to ${first}`, t => {
		t.throws(() => parse([option], last), {message: /^(?:Unknown option|Invalid value)/v});
		t.notThrows(() => parse([option], first));
	});
}

test('an unknown option is exit 64 with its name and the usage', async t => {
	const {code, stderr} = await neo4jAdmin(['database', 'backup', 'neo4j', '--heap-size=3G'], {version: '5.26.0'});
	t.is(code, 64);
	t.regex(stderr, /Unknown option: '--heap-size=3G'\n\nUSAGE\n\nneo4j-admin database backup \[/v);
	t.notRegex(stderr, /--skip-recovery/v);
});

test('arguments can come from a file', async t => {
	const folder = await emptyFolder(t);
	await writeFile(join(folder, 'arguments'), '# all of them\n--from=a,b  "--to-path=/with space"\n@more\n');
	await writeFile(join(folder, 'more'), '--verbose');
	t.deepEqual(expandArgumentFiles(['neo4j', '@arguments', '@@x', '@absent'], folder), ['neo4j', '--from=a,b', '--to-path=/with space', '--verbose', '@x', '@absent']);
});

test('the version is that of the image', async t => {
	const {code, stdout, stderr} = await neo4jAdmin(['--version'], {version: '5.26.3'});
	t.is(code, 0);
	t.is(stdout, '5.26.3\n');
	t.is(stderr, 'NOTE: stand-in for neo4j-admin, no real Neo4j\n');
});

test('a command that the version lacks is exit 64', async t => {
	const older = await neo4jAdmin(['backup', 'inspect', '/tmp'], {version: '5.24.0'});
	t.is(older.code, 64);
});
