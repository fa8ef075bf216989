import {randomUUID} from 'node:crypto';
import test, {type ExecutionContext} from 'ava';
import {ensureServiceAccount} from '#shared/pods/service-account.ts';
import {startCluster} from '#test/local/cluster.ts';
import {clusterUnderTest, isOnCluster} from '#test/e2e/suite-environment.ts';
import {backupApiVersion} from '#shared/api/group.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

const accountName = 'neo4j-backup-sa';

/** A namespace of the embedded API server, or with `npm run e2e` of the real one. */
const openNamespace = async (t: ExecutionContext): Promise<{readonly kube: KubeClient; readonly namespace: string}> => {
	if (!isOnCluster()) {
		const {client} = await startCluster(t);
		return {kube: client, namespace: 'test'};
	}

	const {kube} = await clusterUnderTest();
	const namespace = `accounts-${randomUUID().slice(0, 8)}`;
	await kube.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}});
	t.teardown(async () => kube.delete({apiVersion: 'v1', kind: 'Namespace', name: namespace}));
	return {kube, namespace};
};

const backupIn = (namespace: string, name: string): Neo4jBackup => ({
	apiVersion: backupApiVersion, kind: 'Neo4jBackup', metadata: {name, namespace, uid: randomUUID()}, spec: {},
} as unknown as Neo4jBackup);

/** A client that looks before anybody has made the account, however late it writes. */
const looksTooEarly = (kube: KubeClient): KubeClient => ({...kube, get: async reference => reference.name === accountName ? undefined : kube.get(reference)});

test('CRs that want no annotations and start at the same moment make one account and stand in nobody\'s way', async t => {
	const {kube, namespace} = await openNamespace(t);
	for (const name of ['first', 'second', 'third']) {
		t.is(await ensureServiceAccount(looksTooEarly(kube), backupIn(namespace, name), {provider: 'aws'}), accountName);
	}
});

test('CRs that want the same annotation and start at the same moment share it', async t => {
	const {kube, namespace} = await openNamespace(t);
	const annotations = {'example.com/role': 'backup'};
	for (const name of ['first', 'second']) {
		await ensureServiceAccount(looksTooEarly(kube), backupIn(namespace, name), {provider: 'aws', identity: {autoCreate: {annotations}}} as never);
	}

	const account = await kube.get<KubeObject>({
		apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: accountName,
	});
	t.deepEqual(account?.metadata.annotations, annotations);
});
