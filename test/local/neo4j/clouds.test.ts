import {readdir} from 'node:fs/promises';
import test, {type ExecutionContext} from 'ava';
import {emptyFolder, type Ended, neo4jAdmin} from './run-neo4j-admin.ts';
import {startDbms} from '#local/neo4j/server.ts';
import {startS3} from '#local/stores/s3.ts';

type Setting = {
	readonly write: () => void;
	readonly run: (argv: readonly string[], env?: Readonly<Record<string, string | undefined>>) => Promise<Ended>;
	/** Names of the objects in the bucket. */
	readonly objects: () => readonly string[];
	/** The working directory of each run. */
	readonly cwd: string;
};

const set = async (t: ExecutionContext): Promise<Setting> => {
	const dbms = await startDbms({servers: ['server-0:6362'], version: '2025.12.0'});
	t.teardown(dbms.close);
	const s3 = await startS3({buckets: ['backups'], credentials: {accessKeyId: 'key', secretAccessKey: 'secret'}});
	t.teardown(s3.stop);
	const cwd = await emptyFolder(t);
	const surroundings = {
		LOCAL_HOSTS: JSON.stringify(dbms.hosts()),
		AWS_ACCESS_KEY_ID: 'key',
		AWS_SECRET_ACCESS_KEY: 'secret',
		AWS_REGION: 'us-east-1',
		AWS_ENDPOINT_URL_S3: s3.endpoint,
		AWS_EC2_METADATA_DISABLED: 'true',
		JAVA_TOOL_OPTIONS: '-Daws.s3.forcePathStyle=true',
		HOME: cwd,
	};
	return {
		cwd,
		write() {
			dbms.write('neo4j', 5);
		},
		run: async (argv, env = {}) => neo4jAdmin(argv, {cwd, env: {...surroundings, ...env}}),
		objects: () => s3.objects('backups').map(({key}) => key),
	};
};

const backup = ['database', 'backup', 'neo4j', '--from=server-0:6362', '--to-path=s3://backups/nightly/'] as const;

test('S3 holds full and differential, found again without looking into folders below', async t => {
	const {run, objects, write, cwd} = await set(t);
	const full = await run(backup, {FAKE_TIME: '2026-03-04T01:00:00Z'});
	t.is(full.code, 0);
	await run(['database', 'backup', 'neo4j', '--from=server-0:6362', '--to-path=s3://backups/nightly/below/'], {FAKE_TIME: '2026-03-04T02:00:00Z'});
	write();
	await run([...backup, '--type=DIFF'], {FAKE_TIME: '2026-03-04T03:00:00Z'});
	t.deepEqual(objects(), [
		'nightly/below/neo4j-2026-03-04T02-00-00.backup', 'nightly/neo4j-2026-03-04T01-00-00.backup', 'nightly/neo4j-2026-03-04T03-00-00.backup',
	]);
	const {stdout} = await run(['backup', 'inspect', 's3://backups/nightly/', '--format=JSON']);
	t.deepEqual((JSON.parse(stdout) as ReadonlyArray<Record<string, unknown>>).map(({file, lowestTx, highestTx}) => [file, lowestTx, highestTx]), [
		['s3://backups/nightly/neo4j-2026-03-04T03-00-00.backup', 6, 10],
		['s3://backups/nightly/neo4j-2026-03-04T01-00-00.backup', 1, 5],
	]);
	const file = await run(['backup', 'inspect', 's3://backups/nightly/neo4j-2026-03-04T03-00-00.backup']);
	t.is(file.code, 0);
	t.deepEqual(await readdir(cwd), []);
});

test('a second artifact of one second does not replace the first in S3', async t => {
	const {run, objects} = await set(t);
	await run([...backup, '--type=FULL'], {FAKE_TIME: '2026-03-04T01:00:00Z'});
	await run([...backup, '--type=FULL'], {FAKE_TIME: '2026-03-04T01:00:00Z'});
	t.deepEqual(objects(), ['nightly/neo4j-2026-03-04T01-00-00.backup', 'nightly/neo4j-2026-03-04T01-00-01.backup']);
});

test('a cloud folder without its closing slash is refused', async t => {
	const {run} = await set(t);
	const {code, stderr} = await run(['database', 'backup', 'neo4j', '--to-path=s3://backups/nightly', '--from=server-0:6362']);
	t.is(code, 1);
	t.regex(stderr, /The path s3:\/\/backups\/nightly is not a directory - please add a terminal '\/' to your path/v);
});

const surroundings: ReadonlyArray<readonly [title: string, env: Readonly<Record<string, string | undefined>>, words: RegExp]> = [
	['without AWS_REGION, AWS_DEFAULT_REGION does not help', {AWS_REGION: undefined, AWS_DEFAULT_REGION: 'us-east-1'}, /Unable to load region from any of the providers in the chain/v],
	['without credentials', {AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined}, /Unable to load credentials from any of the providers in the chain/v],
	['with a wrong secret', {AWS_SECRET_ACCESS_KEY: 'wrong'}, /SignatureDoesNotMatch/v],
];

for (const [title, env, words] of surroundings) {
	test(`a backup to S3 fails ${title}`, async t => {
		const {run, objects} = await set(t);
		const {code, stdout, stderr} = await run(backup, env);
		t.is(code, 1);
		t.regex(stdout + stderr, words);
		t.deepEqual(objects(), []);
	});
}

test('without --temp-path a cloud backup stages in the working directory, and a swallowed one leaves nothing', async t => {
	const {run, objects, cwd} = await set(t);
	const killed = await run(backup, {STAND_IN_FAULTS: '{"kill":"SIGKILL"}'});
	t.is(killed.code, undefined);
	const staged = await readdir(cwd);
	t.is(staged.length, 1);
	await run(backup, {STAND_IN_FAULTS: '{"uploadSwallowed":true}'});
	t.deepEqual(objects(), []);
});

test('Azure ignores account keys: without default credentials it fails', async t => {
	const {run} = await set(t);
	const {code, stderr} = await run(['database', 'backup', 'neo4j', '--to-path=azb://account/container/dir/', '--from=server-0:6362'], {AZURE_STORAGE_ACCOUNT: 'account', AZURE_STORAGE_KEY: 'a2V5'});
	t.is(code, 1);
	t.regex(stderr, /DefaultAzureCredential failed to retrieve a token from the included credentials/v);
});
