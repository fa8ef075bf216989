import test from 'ava';
import {withRights, type Rule} from '#local/kube/rights.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {KubeError} from '#shared/kube/kube-error.ts';
import {startCluster} from '#test/local/cluster.ts';

const job = {
	apiVersion: 'batch/v1', kind: 'Job', metadata: {name: 'a', namespace: 'test'}, spec: {template: {spec: {restartPolicy: 'Never', containers: [{name: 'a', image: 'a'}]}}},
};
const owned = {
	...job, metadata: {
		...job.metadata, ownerReferences: [{
			apiVersion: 'example.com/v1', kind: 'Thing', name: 'b', uid: '1', controller: true, blockOwnerDeletion: true,
		}],
	},
};
const reference = {
	apiVersion: 'batch/v1', kind: 'Job', namespace: 'test', name: 'a',
};
const account = {
	apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'test', name: 'a',
};

const rule = (resource: string, verbs: readonly string[], group = 'batch'): Rule => ({apiGroups: [group], resources: [resource], verbs});

const attempts: Readonly<Record<string, {readonly needs: readonly Rule[]; readonly attempt: (kube: KubeClient) => Promise<unknown>}>> = {
	get: {needs: [rule('jobs', ['get'])], attempt: async kube => kube.get(reference)},
	list: {needs: [rule('jobs', ['list'])], attempt: async kube => kube.list({apiVersion: 'batch/v1', kind: 'Job'})[Symbol.asyncIterator]().next()},
	create: {needs: [rule('jobs', ['create'])], attempt: async kube => kube.create(job)},
	'create with an owner': {needs: [rule('jobs', ['create']), rule('things/finalizers', ['update'], 'example.com')], attempt: async kube => kube.create(owned)},
	delete: {needs: [rule('jobs', ['delete'])], attempt: async kube => kube.delete(reference)},
	apply: {
		needs: [rule('serviceaccounts', ['patch'], ''), rule('serviceaccounts', ['create'], '')],
		attempt: async kube => kube.patch(account, {apiVersion: 'v1', kind: 'ServiceAccount', metadata: {name: 'a'}}, {type: 'apply', fieldManager: 'test'}),
	},
	'a name': {needs: [{...rule('namespaces', ['get'], ''), resourceNames: ['test']}], attempt: async kube => kube.get({apiVersion: 'v1', kind: 'Namespace', name: 'test'})},
};

for (const [title, {needs, attempt}] of Object.entries(attempts)) {
	test(`${title} is allowed by exactly its rules`, async t => {
		const {client} = await startCluster(t);
		await t.notThrowsAsync(attempt(withRights(client, needs, 'tester')));
		for (const missing of needs) {
			await t.throwsAsync(attempt(withRights(client, needs.filter(need => need !== missing), 'tester')), {instanceOf: KubeError, message: /is forbidden: tester cannot/v});
		}
	});
}

test('a right for one name is none for another, and none to list', async t => {
	const {client} = await startCluster(t);
	const kube = withRights(client, [{...rule('namespaces', ['get', 'list'], ''), resourceNames: ['test']}], 'tester');
	await t.throwsAsync(kube.get({apiVersion: 'v1', kind: 'Namespace', name: 'default'}), {instanceOf: KubeError});
	t.throws(() => kube.list({apiVersion: 'v1', kind: 'Namespace'}), {instanceOf: KubeError});
});

test('the status is written with a right of its own', async t => {
	const {client} = await startCluster(t);
	await client.create(job);
	const read = (await client.get(reference))!;
	await t.throwsAsync(withRights(client, [rule('jobs', ['update'])], 'tester').replaceStatus(read), {instanceOf: KubeError});
	await t.notThrowsAsync(withRights(client, [rule('jobs/status', ['update'])], 'tester').replaceStatus(read));
});
