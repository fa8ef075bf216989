import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {clusterManifest, takeBackup} from '../functions/noobaa-database/cnpg.ts';
import {
	backedUp, nooBaaManifest, startSystem, type System,
} from '../functions/noobaa-database/system.ts';
import {runCommandLine} from './command-line.ts';
import {type CnpgBackup} from '#shared/noobaa/objects.ts';

const start = async (t: ExecutionContext) => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(2)));
	const folder = await mkdtemp(path.join(tmpdir(), 'noobaa-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	const kubeconfig = path.join(folder, 'kubeconfig');
	await writeFile(kubeconfig, system.runtime.kubeconfig);
	return {
		system,
		async run(...words: readonly string[]) {
			const ran = await runCommandLine(['noobaa', ...words, '-n', 'neo4j', '--kubeconfig', kubeconfig]);
			await system.runtime.settled();
			return ran;
		},
	};
};

const backupOf = async ({list}: System, name: string): Promise<CnpgBackup | undefined> => {
	const all = await list<CnpgBackup>('Backup');
	return all.find(({metadata}) => metadata.name === name);
};

test('[N-020] [N-061] [N-062] [N-064] [N-065] [N-066] db-backup makes one backup now, offline unless it is told to be online, while those of the schedule are offline', async t => {
	const {system, run} = await start(t);
	const made = await run('db-backup', '--name', 'x');
	t.deepEqual(made, {code: 0, output: 'Backup x created successfully\n', errors: ''});
	const backup = await backupOf(system, 'x');
	t.like(backup, {apiVersion: system.apiVersion, metadata: {namespace: 'neo4j'}, spec: {cluster: {name: 'noobaa-db-pg-cluster'}, method: 'volumeSnapshot', online: false}});
	t.is(backup?.metadata.labels, undefined);
	const online = await run('db-backup', '--name', 'y', '--online');
	t.is(online.code, 0);
	t.like(await backupOf(system, 'y'), {spec: {online: true}});
	const [schedule] = await system.list<CnpgBackup>('ScheduledBackup');
	t.false(schedule?.spec.online);
});

test('[N-063] without a name it is called by the time', async t => {
	const {system, run} = await start(t);
	const {output} = await run('db-backup');
	t.is(output, 'Backup backup-20261101-000000 created successfully\n');
	t.truthy(await backupOf(system, 'backup-20261101-000000'));
});

test('[N-067] what keeps a backup from being made is said, and the exit code is 1', async t => {
	const {system, run} = await start(t);
	await run('db-backup', '--name', 'x');
	const refused = async (message: RegExp, ...words: readonly string[]) => {
		const {code, output, errors} = await run('db-backup', ...words);
		t.is(code, 1);
		t.is(output, '');
		t.regex(errors, message);
	};

	await refused(/^error: --name: there is a Backup x in namespace neo4j already/v, '--name', 'x');
	await refused(/^error: --system-name: there is no NooBaa other in namespace neo4j/v, '--system-name', 'other');
	await system.apply(nooBaaManifest(backedUp(2), 'elsewhere'), nooBaaManifest({}, 'plain'));
	await refused(/^error: NooBaa elsewhere has no Cluster elsewhere-db-pg-cluster of CloudNativePG/v, '--system-name', 'elsewhere');
	await refused(/^error: NooBaa plain has no backup configured: set spec\.dbSpec\.dbBackup/v, '--system-name', 'plain');
});

test('[N-069] db-backup-status prints what the status says', async t => {
	const {system, run} = await start(t);
	const before = await run('db-backup-status');
	t.deepEqual(before, {
		code: 0, errors: '', output: 'Last Backup: none\nNext Backup: 2026-12-01T00:00:00Z\nTotal Snapshots: 0\nAvailable Snapshots: none\n',
	});
	await takeBackup(system, 'one');
	system.clock.advance(60_000);
	await takeBackup(system, 'two');
	await system.change({spec: {dbSpec: {dbRecovery: {volumeSnapshotName: 'one'}}}});
	const after = await run('db-backup-status');
	t.is(after.output, 'Last Backup: 2026-11-20T01:59:30Z\nNext Backup: 2026-12-01T00:00:00Z\nTotal Snapshots: 2\nAvailable Snapshots: one, two\nRecovery: Pending from one\n');
});

test('[N-070] where no backup is configured db-backup-status says so', async t => {
	const {system, run} = await start(t);
	await system.apply(nooBaaManifest({}, 'plain'));
	const {code, output} = await run('db-backup-status', '--system-name', 'plain');
	t.is(code, 0);
	t.regex(output, /^No backup is configured for NooBaa plain/v);
});

test('[N-068] both take no argument', async t => {
	for (const command of ['db-backup', 'db-backup-status']) {
		const {code, errors, output} = await runCommandLine(['noobaa', command, 'extra']);
		t.is(code, 2);
		t.is(output, '');
		t.regex(errors, /too many arguments/v);
		t.regex(errors, new RegExp(String.raw`^Usage: .* ${command} \[options\]$`, 'mv'));
	}
});

test('[N-071] help says in a line what each does, and its flags', async t => {
	for (const [command, ...texts] of [['db-backup', 'Create an on-demand database backup', '--name', '--online'], ['db-backup-status', 'Show database backup status']] as const) {
		const {code, output} = await runCommandLine(['noobaa', command, '--help']);
		t.is(code, 0);
		for (const text of [...texts, '--namespace', '--system-name']) {
			t.true(output.includes(text), `${command}: ${text}`);
		}
	}
});
