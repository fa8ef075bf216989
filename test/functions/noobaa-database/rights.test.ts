import test from 'ava';
import {KubeConfig} from '@kubernetes/client-node';
import {createHandle} from '../../../functions/noobaa-database/handle.ts';
import {rightsOf, nameOf} from '../../e2e/rights/right.ts';
import {ofKind, readAll, type Role} from '../../knative/manifests.ts';
import {clusterManifest, takeBackup} from './cnpg.ts';
import {backedUp, nooBaaManifest, startSystem} from './system.ts';
import {createKubeClient, type KubeClient} from '#shared/kube/client.ts';
import {type Kind} from '#shared/kube/object.ts';
import {pluralOf} from '#shared/kube/resource-path.ts';
import {silentLog} from '#shared/log.ts';

/** A client that notes which right each request takes, as `patch noobaas/status`. */
const noting = (kube: KubeClient, taken: Set<string>): KubeClient => {
	const note = (verb: string, {kind}: Kind, subresource?: string): void => {
		taken.add(`${verb} ${pluralOf(kind)}${subresource ? `/${subresource}` : ''}`);
	};

	return {
		...kube,
		async get(reference) {
			note('get', reference);
			return kube.get(reference);
		},
		list(kind, options) {
			note('list', kind);
			return kube.list(kind, options);
		},
		async create(object) {
			note('create', object);
			for (const owner of object.metadata.ownerReferences?.filter(({blockOwnerDeletion}) => blockOwnerDeletion) ?? []) {
				note('update', owner, 'finalizers');
			}

			return kube.create(object);
		},
		async patch(reference, patch, options) {
			note('patch', reference, options?.subresource);
			return kube.patch(reference, patch, options);
		},
		async delete(reference, options) {
			note('delete', reference);
			return kube.delete(reference, options);
		},
	};
};

test('the Role of noobaa-database has the rights that a schedule, a sweep and a recovery take, and no other', async t => {
	const system = await startSystem(t);
	const {kube, functions, kubeconfig} = system.runtime;
	await functions.stop();
	const config = new KubeConfig();
	config.loadFromString(kubeconfig);
	const taken = new Set<string>();
	const handle = createHandle({
		kube: noting(createKubeClient(config, {monotonic: () => system.clock.now().getTime()}), taken), emitter: {emit: async () => undefined}, log: silentLog(), localNow: system.clock.now,
	});
	const look = async () => handle({
		id: '1', source: '/s', specversion: '1.0', type: 'dev.knative.apiserver.resource.update', data: {}, extensions: {
			apiversion: 'noobaa.io/v1alpha1', kind: 'NooBaa', namespace: 'neo4j', name: 'noobaa',
		},
	}, {signal: new AbortController().signal, log: silentLog()});

	await system.apply(clusterManifest(system), nooBaaManifest(backedUp(1)));
	await look();
	for (const name of ['one', 'two']) {
		system.clock.advance(60_000);
		await takeBackup(system, name, {by: 'noobaa-db-pg-cluster-backup'});
	}

	await system.change({spec: {dbSpec: {dbBackup: {schedule: '@daily'}, dbRecovery: {volumeSnapshotName: 'two'}}}});
	await look();
	t.deepEqual(await system.names('Backup'), ['two']);
	await kube.delete({
		apiVersion: system.apiVersion, kind: 'Cluster', namespace: 'neo4j', name: 'noobaa-db-pg-cluster',
	});
	await look();
	await look();
	t.like(await system.nooBaa(), {status: {dbStatus: {recoveryStatus: {status: 'Running'}}}});
	await system.change({spec: {dbSpec: {dbBackup: null}}});
	await look();
	t.deepEqual(await system.names('ScheduledBackup'), []);

	const role = ofKind<Role>(await readAll(), 'ClusterRole').find(({metadata}) => metadata.name === 'neo4j-backup:noobaa-database')!;
	t.deepEqual([...taken].toSorted(), [...new Set(rightsOf(role).map(right => nameOf(right)))].toSorted());
});
