import test from 'ava';
import {namedSystem} from '../../../functions/noobaa-database/named-system.ts';
import {clusterManifest, takeDaily} from './cnpg.ts';
import {
	backedUp, nooBaaManifest, startSystem, type System,
} from './system.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';

const minutes = async ({clock, minutes: advance}: System, until: number): Promise<void> => advance((until + 60 - clock.now().getUTCMinutes()) % 60 || 60);

test('a NooBaa whose operator makes backups itself is left to it, which an Event says once', async t => {
	const system = await startSystem(t);
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(1), 'noobaa', {}));
	const taken = await takeDaily(system, 3);
	t.deepEqual(await system.names('Backup'), taken);
	const told = await system.told();
	t.deepEqual(told.map(({reason, type}) => [reason, type]), [['LeftToNooBaa', 'Normal']]);
	t.regex(told[0]!.message, /neo4j\.com\/manage-backups: "true"/v);
	await system.change({metadata: {annotations: {'neo4j.com/manage-backups': 'true'}}});
	t.deepEqual(await system.names('Backup'), [taken[2]]);
});

test('what events did not tell the scan finds within ten minutes, and it asks for nothing where there is nothing to find', async t => {
	let isSilent = false;
	const system = await startSystem(t, {chaos: ({attributes}) => isSilent && attributes['type']!.startsWith('dev.knative.apiserver.') ? 'drop' : 'deliver'});
	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(5)), nooBaaManifest({}, 'without'), nooBaaManifest(backedUp(5), 'left', {}));
	const taken = await takeDaily(system, 5);
	isSilent = true;
	await system.change({spec: {dbSpec: backedUp(1)}});
	t.deepEqual(await system.names('Backup'), taken);
	await minutes(system, 19);
	const asked = () => system.runtime.eventing.events().map(({event}) => event.attributes).filter(({type, kind}) => type === 'com.neo4j.reconcile.requested.v1' && kind === 'NooBaa');
	const before = asked().length;
	await minutes(system, 20);
	t.deepEqual(asked().slice(before).map(({name, handler}) => [name, handler]), [['noobaa', 'noobaa-database']]);
	t.deepEqual(await system.names('Backup'), [taken[4]]);
});

test('in a cluster without CloudNativePG, or without VolumeSnapshots, an Event says what is missing', async t => {
	for (const [group, reason] of [['postgresql.cnpg.noobaa.io', 'DatabaseNotServed'], ['snapshot.storage.k8s.io', 'SnapshotsNotServed']] as const) {
		const system = await startSystem(t, {without: [group]});
		await system.apply(nooBaaManifest());
		const told = await system.told();
		t.deepEqual(told.map(event => [event.reason, event.type]), [[reason, 'Warning']]);
	}
});

const event = (attributes: Readonly<Record<string, string>>, data?: unknown, type = 'dev.knative.apiserver.resource.update'): ReceivedEvent => ({
	id: '1', source: '/s', specversion: '1.0', type, extensions: {namespace: 'n', ...attributes}, data,
});

test('each object of a database leads to the NooBaa that it is of, and nothing else leads anywhere', t => {
	const cnpg = 'postgresql.cnpg.noobaa.io/v1';
	const noobaa = {
		apiVersion: 'noobaa.io/v1alpha1', kind: 'NooBaa', namespace: 'n', name: 'noobaa',
	};
	const cluster = 'noobaa-db-pg-cluster';
	t.deepEqual(namedSystem(event({apiversion: 'noobaa.io/v1alpha1', kind: 'NooBaa', name: 'noobaa'})), noobaa);
	t.deepEqual(namedSystem(event({apiversion: cnpg, kind: 'Cluster', name: cluster})), noobaa);
	t.deepEqual(namedSystem(event({apiversion: 'postgresql.cnpg.io/v1', kind: 'Cluster', name: cluster})), noobaa);
	t.deepEqual(namedSystem(event({apiversion: cnpg, kind: 'Backup', name: 'b'}, {spec: {cluster: {name: cluster}}})), noobaa);
	t.deepEqual(namedSystem(event({apiversion: cnpg, kind: 'ScheduledBackup', name: 'b'}, {spec: {cluster: {name: cluster}}})), noobaa);
	t.deepEqual(namedSystem(event({apiversion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot', name: 'b'}, {metadata: {labels: {'cnpg.io/cluster': cluster}}})), noobaa);
	t.deepEqual(namedSystem(event({
		apiversion: 'noobaa.io/v1alpha1', kind: 'NooBaa', name: 'noobaa', handler: 'noobaa-database',
	}, {}, 'com.neo4j.reconcile.requested.v1')), noobaa);

	t.is(namedSystem(event({
		apiversion: 'noobaa.io/v1alpha1', kind: 'NooBaa', name: 'noobaa', handler: 'launch-backup',
	}, {}, 'com.neo4j.reconcile.requested.v1')), undefined);
	t.is(namedSystem(event({apiversion: cnpg, kind: 'Cluster', name: 'orders'})), undefined);
	t.is(namedSystem(event({apiversion: cnpg, kind: 'Cluster', name: '-db-pg-cluster'})), undefined);
	t.is(namedSystem(event({apiversion: 'v1', kind: 'Pod', name: cluster})), undefined);
	t.is(namedSystem(event({apiversion: cnpg, kind: 'Backup', name: 'b'})), undefined);
	t.is(namedSystem(event({apiversion: cnpg, kind: 'Backup', name: 'b'}, {spec: {cluster: {name: 7}}})), undefined);
	t.is(namedSystem(event({apiversion: cnpg, kind: 'Backup', name: 'b'}, {spec: {cluster: {name: '../x-db-pg-cluster'}}})), undefined);
	t.is(namedSystem(event({apiversion: cnpg, kind: 'Backup', name: 'b'}, 'text')), undefined);
});
