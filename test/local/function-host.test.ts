import test from 'ava';
import {startCluster} from './cluster.ts';
import {createFunctionHosts} from '#local/function-host.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {silentLog} from '#shared/log.ts';

const secret = {
	apiVersion: 'v1', kind: 'Secret', namespace: 'test', name: 'any',
};
const job = {
	apiVersion: 'batch/v1', kind: 'Job', namespace: 'test', name: 'any',
};

test('a function has the rights of its Role and no others, by the manifests that are given, where the API server has no Roles', async t => {
	const {kubeconfig} = await startCluster(t);
	const clients: KubeClient[] = [];
	const roles = [{
		apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: {name: 'neo4j-backup:one'}, rules: [{apiGroups: [''], resources: ['secrets'], verbs: ['get']}],
	}];
	const hosts = createFunctionHosts({
		one({kube}) {
			clients.push(kube);
			return async () => undefined;
		},
	}, () => ({
		kubeconfig, sink: 'http://127.0.0.1:1', log: silentLog(), localNow: () => new Date(), roles,
	}));
	await hosts.start();
	t.teardown(hosts.stop);
	const [kube] = clients;
	t.is(await kube!.get(secret), undefined);
	await t.throwsAsync(kube!.get(job), {name: 'KubeError', message: /jobs\.batch is forbidden: the ServiceAccount of one cannot get/v});
});
