import test from 'ava';
import {objectsOn, remains} from '../e2e/remains.ts';
import {startCluster} from '#test/local/cluster.ts';

test('of what suites made on a cluster the installation may stay, and anything else is named', async t => {
	const {client} = await startCluster(t);
	const makeNamespace = async (name: string) => client.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name}});
	await makeNamespace('of-somebody-else');
	const before = await objectsOn(client);
	await makeNamespace('neo4j-backup');
	await client.create({apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: {name: 'neo4j-backup:sources'}});
	t.deepEqual(await remains(client, before, 0), []);

	await makeNamespace('backup-flow');
	await client.create({apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: {name: 'rights:launch-backup'}});
	t.deepEqual(await remains(client, before, 0), ['Namespace backup-flow', 'ClusterRole rights:launch-backup']);
});
