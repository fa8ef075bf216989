import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {emptyFolder, type Ended, neo4jAdmin} from './run-neo4j-admin.ts';
import {startDbms} from '#local/neo4j/server.ts';
import {startGcs} from '#local/stores/gcs.ts';

type Setting = {
	readonly write: () => void;
	readonly run: (argv: readonly string[], env?: Readonly<Record<string, string | undefined>>) => Promise<Ended>;
	readonly objects: () => readonly string[];
};

const set = async (t: ExecutionContext): Promise<Setting> => {
	const dbms = await startDbms({servers: ['server-0:6362'], version: '2025.12.0'});
	t.teardown(dbms.close);
	const google = await startGcs({buckets: ['backups']});
	t.teardown(google.stop);
	const cwd = await emptyFolder(t);
	const keyFile = join(cwd, 'key.json');
	await writeFile(keyFile, google.serviceAccount);
	const surroundings = {
		LOCAL_HOSTS: JSON.stringify(dbms.hosts()),
		GOOGLE_APPLICATION_CREDENTIALS: keyFile,
		STORAGE_EMULATOR_HOST: google.endpoint,
		METADATA_SERVER_DETECTION: 'none',
		HOME: cwd,
	};
	return {
		write() {
			dbms.write('neo4j', 5);
		},
		run: async (argv, env = {}) => neo4jAdmin(argv, {cwd, env: {...surroundings, ...env}}),
		objects: () => google.objects('backups').map(({key}) => key),
	};
};

const backup = ['database', 'backup', 'neo4j', '--from=server-0:6362', '--to-path=gs://backups/nightly/'] as const;

test('GCS holds full and differential for the key file, and the stand-in says where it sends them', async t => {
	const {run, objects, write} = await set(t);
	const full = await run(backup, {FAKE_TIME: '2026-03-04T01:00:00Z'});
	t.is(full.code, 0);
	t.regex(full.stderr, /NOTE: the stand-in sends gs:\/\/ to STORAGE_EMULATOR_HOST/v);
	write();
	const differential = await run([...backup, '--type=DIFF'], {FAKE_TIME: '2026-03-04T01:00:00Z'});
	t.is(differential.code, 0);
	t.deepEqual(objects(), ['nightly/neo4j-2026-03-04T01-00-00.backup', 'nightly/neo4j-2026-03-04T01-00-01.backup']);
	const {stdout} = await run(['backup', 'inspect', 'gs://backups/nightly/', '--format=JSON', '--latest-chain']);
	t.deepEqual((JSON.parse(stdout) as ReadonlyArray<Record<string, unknown>>).map(({file, highestTx}) => [file, highestTx]), [
		['gs://backups/nightly/neo4j-2026-03-04T01-00-00.backup', 5],
		['gs://backups/nightly/neo4j-2026-03-04T01-00-01.backup', 10],
	]);
	const file = await run(['backup', 'inspect', 'gs://backups/nightly/neo4j-2026-03-04T01-00-01.backup']);
	t.is(file.code, 0);
});

const failures: ReadonlyArray<readonly [title: string, env: Readonly<Record<string, string | undefined>>, words: RegExp]> = [
	['without its key file', {GOOGLE_APPLICATION_CREDENTIALS: '/no/such/key.json'}, /Error reading credential file from environment variable GOOGLE_APPLICATION_CREDENTIALS/v],
	['without credentials', {GOOGLE_APPLICATION_CREDENTIALS: undefined}, /Failed to reach bucket backups: Invalid Credentials/v],
];

for (const [title, env, words] of failures) {
	test(`a backup to GCS fails ${title}`, async t => {
		const {run, objects} = await set(t);
		const {code, stdout, stderr} = await run(backup, env);
		t.is(code, 1);
		t.regex(stdout + stderr, words);
		t.deepEqual(objects(), []);
	});
}
