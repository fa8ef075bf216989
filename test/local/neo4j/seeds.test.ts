import test, {type ExecutionContext} from 'ava';
import {type DiskSetting, setDisks} from './disk-setting.ts';
import {emptyFolder, neo4jAdmin} from './run-neo4j-admin.ts';
import {startS3} from '#local/stores/s3.ts';

type Setting = DiskSetting & {readonly full: string; readonly differential: string; readonly log: readonly string[]};

/** A FULL with 2 nodes and a differential backup with 3 more in a bucket, an hour apart, and servers that have its credentials or other ones. */
const set = async (t: ExecutionContext, {secret = 'secret'} = {}): Promise<Setting> => {
	const s3 = await startS3({buckets: ['backups'], credentials: {accessKeyId: 'key', secretAccessKey: 'secret'}});
	t.teardown(s3.stop);
	const environment = {
		AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: secret, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_S3: s3.endpoint, AWS_EC2_METADATA_DISABLED: 'true', JAVA_TOOL_OPTIONS: '-Daws.s3.forcePathStyle=true',
	};
	let hour = 1;
	const log: string[] = [];
	const setting = await setDisks(t, {
		environment: () => environment,
		now: () => new Date(Date.UTC(2026, 2, 4, hour)),
		log(line) {
			log.push(line);
		},
	});
	const cwd = await emptyFolder(t);
	for (const count of [2, 3]) {
		setting.dbms.write('mydb', count);
		const {code, stderr} = await neo4jAdmin(['database', 'backup', 'mydb', '--from=server-0:6362', '--to-path=s3://backups/'], {
			cwd, env: {
				...environment, AWS_SECRET_ACCESS_KEY: 'secret', LOCAL_HOSTS: JSON.stringify(setting.dbms.hosts()), FAKE_TIME: `2026-03-04T0${hour}:30:00Z`,
			},
		});
		t.is(code, 0, stderr);
		hour += 1;
	}

	return {
		...setting, log, full: 's3://backups/mydb-2026-03-04T01-30-00.backup', differential: 's3://backups/mydb-2026-03-04T02-30-00.backup',
	};
};

test('a database is created from a backup in a bucket, with its chain, on all servers', async t => {
	const {rows, nodes, differential} = await set(t);
	await rows('CREATE DATABASE copy TOPOLOGY 3 PRIMARIES OPTIONS {existingData: \'use\', seedURI: $uri} WAIT', {uri: differential});
	t.is(await nodes('copy'), 5);
	t.deepEqual(await rows('SHOW DATABASE copy YIELD currentStatus, lastCommittedTxn'), Array.from({length: 3}, () => ({currentStatus: 'online', lastCommittedTxn: 10})));
});

test('seedRestoreUntil is an instant or the id of a transaction, both left out themselves', async t => {
	const {rows, nodes, differential} = await set(t);
	await rows(`CREATE DATABASE earlier OPTIONS {seedURI: '${differential}', seedRestoreUntil: datetime('2026-03-04T02:00:00Z')} WAIT`);
	t.is(await nodes('earlier'), 2);
	await rows(`CREATE DATABASE numbered OPTIONS {seedURI: '${differential}', seedRestoreUntil: 9} WAIT`);
	t.is(await nodes('numbered'), 3);
});

test('an existing database is recreated from a backup', async t => {
	const {rows, nodes, full} = await set(t);
	await rows('CALL dbms.recreateDatabase("mydb", {seedURI: $uri})', {uri: full});
	t.is(await nodes('mydb'), 2);
});

test('what cannot be fetched leaves a database that cannot be started', async t => {
	const {rows, full, log} = await set(t, {secret: 'another'});
	for (const [name, uri] of [['denied', full], ['local', 'file:///backups/mydb.backup']]) {
		await rows(`CREATE DATABASE ${name} OPTIONS {seedURI: '${uri}'} WAIT`);
		const [row] = await rows('SHOW DATABASE $name YIELD requestedStatus, currentStatus, statusMessage', {name});
		t.like(row, {requestedStatus: 'online', currentStatus: 'offline'});
		t.regex(String(row?.['statusMessage']), /^Unable to start database `DatabaseId\{/v);
	}

	t.regex(log.join('\n'), /SignatureDoesNotMatch[\s\S]*no seed provider for file:/v, 'why is in the log alone');
});
