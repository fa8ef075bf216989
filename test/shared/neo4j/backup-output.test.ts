import test from 'ava';
import {parseBackupOutput} from '#shared/neo4j/backup-output.ts';

const line = (message: string, level = 'INFO ') => `2025-10-06 07:36:03.123+0000 ${level} [c.n.b.v.b.BackupOutputMonitor] ${message}`;

test('a run of several databases, as 5.26 tells it', t => {
	const output = parseBackupOutput([
		line('Starting backup of database \'other\' from servers: [s-0:6362]'),
		line('Start full backup of database \'other\'.'),
		line('Finished full backup of database \'other\'. Downloaded from tx -1 to tx 5.'),
		line('Finished artifact creation \'other-2026-10-06T07-36-02.backup\' for database \'other\', took 52ms.'),
		line('Starting backup of database \'fellback\' from servers: [s-0:6362]'),
		line('Start differential backup of database \'fellback\'.'),
		line('Differential backup of database \'fellback\' failed. Reason: Differential backups require that a full backup of the same database exists in the folder defined in --to-path.'),
		line('Falling back to full backup of database \'fellback\'.'),
		line('Start full backup of database \'fellback\'.'),
		line('Finished artifact creation \'fellback-2026-10-06T07-36-03.backup\' for database \'fellback\', took 38ms.'),
	].join('\n'));
	t.deepEqual(output.started, ['other', 'fellback']);
	t.deepEqual(output.finished, ['other-2026-10-06T07-36-02.backup', 'fellback-2026-10-06T07-36-03.backup']);
	t.deepEqual(output.fellBack, ['fellback']);
	t.deepEqual(output.failures, new Map());
	t.deepEqual(output.withoutParent, []);
});

test('another class, no class and no time at all make no difference', t => {
	const message = 'Finished artifact creation \'a-2026-10-06T07-36-02.backup\' for database \'a\', took 52ms.';
	for (const text of [`2026-08-01 01:02:03.004Z INFO [c.n.b.b.Other] ${message}`, `2026-08-01T01:02:03,004 [INFO] ${message}`, message, `${line(message)}\r`]) {
		t.deepEqual(parseBackupOutput(text).finished, ['a-2026-10-06T07-36-02.backup']);
	}
});

test('a database that cannot take a DIFF is told from one that failed otherwise', t => {
	const {failures, withoutParent} = parseBackupOutput([
		line('Differential backup of database \'new\' failed. Reason: Differential backups require that a full backup of the same database exists in the folder defined in --to-path.'),
		line('Backup of database \'old\' failed: Differential backup of database \'old\' failed. Reason: The transaction logs of database \'old\' do not hold transaction 17.', 'ERROR'),
		line('Backup of database \'broken\' failed: Connection reset by peer', 'ERROR'),
		'	at org.neo4j.Something(Something.java:1)',
	].join('\n'));
	t.deepEqual(withoutParent, ['new', 'old']);
	t.is(failures.get('old'), 'The transaction logs of database \'old\' do not hold transaction 17.');
	t.is(failures.get('broken'), 'Connection reset by peer');
});

test('the reason of a failed fallback is that of the full backup', t => {
	const {failures, withoutParent} = parseBackupOutput([
		line('Differential backup of database \'a\' failed. Reason: Differential backups require that a full backup of the same database exists in the folder defined in --to-path.'),
		line('Falling back to full backup of database \'a\'.'),
		line('Backup of database \'a\' failed: No space left on device', 'ERROR'),
	].join('\n'));
	t.is(failures.get('a'), 'No space left on device');
	t.deepEqual(withoutParent, []);
});

test('servers that did not answer', t => {
	const output = parseBackupOutput(line('The server c-server-1.c-headless.n.svc.cluster.local:6362 could not be contacted: connect ECONNREFUSED', 'ERROR'));
	t.deepEqual(output.unreachable, ['c-server-1.c-headless.n.svc.cluster.local:6362']);
	t.regex(output.quote!, /^The server c-server-1/v);
});

test('of an unknown option the line that names it is quoted, not the usage below', t => {
	const output = parseBackupOutput('NOTE: something\nUnknown option: \'--no-such-flag\'\n\nUSAGE\n\nneo4j-admin database backup [-h] …\n      --keep-failed   Keep the folder of a failed backup\n');
	t.is(output.quote, 'Unknown option: \'--no-such-flag\'');
});

test('a TLS mismatch is quoted by its symptom', t => {
	const output = parseBackupOutput(`${line('Couldn\'t retrieve DatabaseNameRequest(s) from any of the servers: [a:6362]', 'ERROR')}\nBackup command failed.`);
	t.regex(output.quote!, /^Couldn't retrieve DatabaseNameRequest/v);
});

test('of many failures the last is quoted, and no stack frame', t => {
	const output = parseBackupOutput([line('Backup of database \'a\' failed: x', 'ERROR'), line('Backup of database \'b\' failed: y', 'ERROR'), '  at a.FailedException.error(A.java:1)'].join('\n'));
	t.is(output.quote, 'Backup of database \'b\' failed: y');
});

test('an empty log says nothing', t => {
	t.deepEqual(parseBackupOutput(''), {
		started: [], finished: [], failures: new Map(), fellBack: [], withoutParent: [], unreachable: [],
	});
});
