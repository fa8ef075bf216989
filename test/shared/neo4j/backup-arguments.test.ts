import test, {type ExecutionContext} from 'ava';
import {backupArguments, inspectArguments, type BackupOptions} from '#shared/neo4j/backup-arguments.ts';
import {ConfigurationError} from '#shared/errors.ts';

const base = {
	databases: ['*'], from: ['c-server-0.c-headless.neo4j.svc.cluster.local:6362', 'c-server-1.c-headless.neo4j.svc.cluster.local:6362'], toPath: 's3://bucket/daily/', type: 'AUTO',
} as const;

const bare = [
	'neo4j-admin', 'database', 'backup', '*', '--from=c-server-0.c-headless.neo4j.svc.cluster.local:6362,c-server-1.c-headless.neo4j.svc.cluster.local:6362', '--to-path=s3://bucket/daily/', '--type=AUTO',
];

test('without options nothing is asked for that any version might lack', t => {
	t.deepEqual(backupArguments({...base, options: {}}), bare);
	t.deepEqual(backupArguments({
		...base, options: {
			compress: true, preferDiffAsParent: false, parallelDownload: false, remoteAddressResolution: false, skipRecovery: false, parallelRecovery: false, keepFailed: false,
		},
	}), bare);
});

const adds = (t: ExecutionContext, options: BackupOptions, words: readonly string[]) => {
	t.deepEqual(backupArguments({...base, options}), [...bare, ...words]);
};

test('compress: false', adds, {compress: false}, ['--compress=false']);
test('pageCache', adds, {pageCache: '4G'}, ['--pagecache=4G']);
test('preferDiffAsParent', adds, {preferDiffAsParent: true}, ['--prefer-diff-as-parent']);
test('parallelDownload', adds, {parallelDownload: true}, ['--parallel-download=true']);
test('remoteAddressResolution', adds, {remoteAddressResolution: true}, ['--remote-address-resolution=true']);
test('skipRecovery', adds, {skipRecovery: true}, ['--skip-recovery=true']);
test('includeMetadata', adds, {includeMetadata: 'users'}, ['--include-metadata=users']);
test('parallelRecovery', adds, {parallelRecovery: true}, ['--parallel-recovery=true']);
test('keepFailed', adds, {keepFailed: true}, ['--keep-failed=true']);
test('additionalArgs stay as they are, in order, at the end', adds, {keepFailed: true, additionalArgs: ['--verbose', '; rm -rf /', '$(id)', '"quoted"', '']}, ['--keep-failed=true', '--verbose', '; rm -rf /', '$(id)', '"quoted"', '']);

test('the database names stand before --from, which would swallow them', t => {
	const words = backupArguments({...base, databases: ['a', 'b'], options: {}});
	t.deepEqual(words.slice(2, 5), ['backup', 'a', 'b']);
	t.true(words[5]!.startsWith('--from='));
});

test('the type and the folder for staging', t => {
	const words = backupArguments({
		...base, type: 'FULL', temporaryPath: '/tmp/neo4j-backup-temp', options: {},
	});
	t.true(words.includes('--type=FULL'));
	t.true(words.includes('--temp-path=/tmp/neo4j-backup-temp'));
});

test('the database system takes no metadata, and its backup would fail with the option', t => {
	t.false(backupArguments({...base, databases: ['system'], options: {includeMetadata: 'all'}}).some(word => word.startsWith('--include-metadata')));
});

const refuses = (t: ExecutionContext, argument: string, remedy: RegExp) => {
	const error = t.throws(() => backupArguments({...base, options: {additionalArgs: ['--verbose', argument]}}), {instanceOf: ConfigurationError});
	t.true(error.message.startsWith('spec.options.additionalArgs: '));
	t.regex(error.message, remedy);
};

test('another destination is refused', refuses, '--to-path=/elsewhere', /spec\.storage/v);
test('another source is refused', refuses, '--from', /spec\.target/v);
test('another type is refused', refuses, '--type=FULL', /spec\.options\.backupType/v);
test('another folder for staging is refused', refuses, '--temp-path=/', /spec\.options\.tempPath/v);
test('inspecting instead of backing up is refused', refuses, '--inspect-path=/', /inspect/v);

test('an option that merely begins alike is not', t => {
	t.notThrows(() => backupArguments({...base, options: {additionalArgs: ['--from-now-on']}}));
});

test('a name that neo4j-admin would read as something else is refused', t => {
	for (const name of ['-h', '@/etc/passwd', '']) {
		t.throws(() => backupArguments({...base, databases: [name], options: {}}), {instanceOf: ConfigurationError, message: /^spec\.target\.name: /v});
	}
});

test('inspect asks for the headers where the version does not show them unasked', t => {
	t.deepEqual(inspectArguments('5.26.3'), ['--empty', '--show-metadata', '--format=TABULAR']);
	t.deepEqual(inspectArguments('2025.06.2'), ['--empty', '--show-metadata', '--format=TABULAR']);
	t.deepEqual(inspectArguments('2025.07.0'), ['--empty', '--format=TABULAR']);
	t.deepEqual(inspectArguments(undefined), ['--empty', '--show-metadata', '--format=TABULAR']);
});
