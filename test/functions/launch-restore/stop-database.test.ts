import test from 'ava';
import {stopDatabase} from '../../../functions/launch-restore/stop-database.ts';
import {begin, type Setting} from '../restore-bringup/desk.ts';
import {silentLog} from '#shared/log.ts';
import {type StepContext} from '#shared/restore/step.ts';

const contextOf = async ({kube, dbms, restore}: Setting): Promise<StepContext> => ({
	kube,
	restore: await restore(),
	now: new Date('2026-11-20T02:00:00Z'),
	localNow: () => new Date('2026-11-20T02:00:00Z'),
	isBegun: false,
	reporter: 'launch-restore',
	log: silentLog(),
	config: {image: 'ours'},
	emitter: {emit: async () => undefined},
	boltAddress: uri => uri.replace(/(?<=^bolt:\/\/).*$/v, host => dbms.hosts()[host] ?? host),
});

test('a database of a cluster is stopped on every server, and found stopped from then on', async t => {
	const setting = await begin(t, {status: {step: 'Stop'}, isRestored: false});
	setting.dbms.startDatabase('my-db');
	const context = await contextOf(setting);
	t.is(await stopDatabase(context), undefined);
	t.is(setting.dbms.find('my-db')?.status, 'offline');
	t.is(await stopDatabase(context), undefined);
	t.deepEqual(setting.changes(), ['STOP DATABASE `my-db` WAIT 15 SECONDS']);
});

test('a database that nobody can be asked about is not taken for one that is stopped', async t => {
	const setting = await begin(t, {status: {step: 'Stop'}, isRestored: false});
	setting.dbms.startDatabase('my-db');
	const {metadata: {namespace}} = await setting.restore();
	await setting.kube.delete({
		apiVersion: 'v1', kind: 'Secret', namespace: namespace!, name: 'neo4j-admin-secret',
	});
	t.like(await stopDatabase(await contextOf(setting)), {kind: 'waiting', reason: 'TargetUnreachable'});
	t.is(setting.dbms.find('my-db')?.status, 'online');
});
