/**
What a real API server does and the embedded one once did not. These tests run on both: see scenarios.config.js.
*/
import test, {type ExecutionContext} from 'ava';
import {startServer, type Client} from './server.ts';

type Json = Readonly<Record<string, unknown>>;

/** A server with the namespace `neo4j`, and a client of it. */
const startWithNamespace = async (t: ExecutionContext): Promise<Client> => {
	const client = await startServer(t, {now: () => new Date('2026-11-20T01:58:30Z')});
	await client.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'neo4j'}});
	return client;
};

const pods = '/api/v1/namespaces/neo4j/pods';

const pod = (name: string, resources: Json = {}, others: Json = {}) => ({
	apiVersion: 'v1', kind: 'Pod', metadata: {name}, spec: {automountServiceAccountToken: false, containers: [{name: 'main', image: 'example/main:1', resources}], ...others},
});

test.serial('a Pod is placed by its subresource binding, once, and by nothing else', async t => {
	const {request, patch} = await startWithNamespace(t);
	await request('POST', pods, pod('a'));
	const edited = await patch(`${pods}/a`, {spec: {nodeName: 'one'}});
	t.is(edited.code, 422);
	t.regex(edited.body.message, /^Pod "a" is invalid: spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`/v);
	const binding = {
		apiVersion: 'v1', kind: 'Binding', metadata: {name: 'a'}, target: {kind: 'Node', name: 'one'},
	};
	const bound = await request('POST', `${pods}/a/binding`, binding);
	t.like(bound, {code: 201, body: {kind: 'Status', status: 'Success'}});
	t.like(await request('GET', `${pods}/a`), {body: {spec: {nodeName: 'one'}}});
	t.like(await request('POST', `${pods}/a/binding`, binding), {code: 409, body: {message: 'Operation cannot be fulfilled on pods/binding "a": pod a is already assigned to node "one"'}});
	t.like(await request('POST', `${pods}/b/binding`, {...binding, metadata: {name: 'b'}}), {code: 404});
});

test.serial('of a Pod that is there its images can be changed', async t => {
	const {request, patch} = await startWithNamespace(t);
	await request('POST', pods, pod('a'));
	t.like(await patch(`${pods}/a`, {spec: {containers: [{name: 'main', image: 'example/main:2'}]}}, 'strategic'), {code: 200});
	t.like(await patch(`${pods}/a`, {spec: {activeDeadlineSeconds: 5}}), {code: 200});
});

const amounts = {cpu: '100m', memory: '64Mi'};

for (const [what, spec, expected] of [
	['asks for nothing', {}, 'BestEffort'],
	['asks for something', {requests: amounts}, 'Burstable'],
	['may have more than it asks for', {requests: amounts, limits: {...amounts, memory: '128Mi'}}, 'Burstable'],
	['may have what it asks for', {requests: amounts, limits: amounts}, 'Guaranteed'],
	['has a limit alone, which is what it asks for too', {limits: amounts}, 'Guaranteed'],
] as const) {
	test.serial(`a Pod that ${what} is ${expected} from its first second on, and no node says otherwise`, async t => {
		const {request, patch} = await startWithNamespace(t);
		const {body} = await request('POST', pods, pod('a', spec));
		t.is((body['status'] as Json)['qosClass'], expected);
		const {code} = await patch(`${pods}/a/status`, {status: {qosClass: expected === 'BestEffort' ? 'Burstable' : 'BestEffort'}});
		t.is(code, 422);
	});
}

const quantities = {
	'1.5Ti': '1536Gi', '1024Mi': '1Gi', '1025Mi': '1025Mi', '512Ki': '512Ki', '.5Gi': '512Mi', '0.1Ki': '102400m', 0.5: '500m', '1000m': '1', 1000: '1k', 1500: '1500', '100M': '100M', '0Gi': '0',
};

test.serial('a quantity comes back in its one form', async t => {
	const {request} = await startWithNamespace(t);
	for (const [given, expected] of Object.entries(quantities)) {
		const name = `q${Object.keys(quantities).indexOf(given)}`;
		const {body} = await request('POST', pods, pod(name, {limits: {'example.com/amount': '1', memory: given}}, {volumes: [{name: 'v', emptyDir: {sizeLimit: given}}]}));
		t.like(body, {spec: {containers: [{resources: {limits: {memory: expected}}}], volumes: [{emptyDir: {sizeLimit: expected}}]}}, `of ${given}`);
	}
});

test.serial('the claim that a Pod has for itself is of files unless told, and its template has metadata', async t => {
	const {request} = await startWithNamespace(t);
	const spec = {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}};
	const {body} = await request('POST', pods, pod('a', {}, {volumes: [{name: 'v', ephemeral: {volumeClaimTemplate: {spec}}}]}));
	t.deepEqual((body.spec['volumes'] as readonly unknown[])[0], {name: 'v', ephemeral: {volumeClaimTemplate: {metadata: {}, spec: {...spec, volumeMode: 'Filesystem'}}}});
});

test.serial('a StatefulSet has whole claims in its spec, and no server that is available', async t => {
	const {request} = await startWithNamespace(t);
	const {body} = await request('POST', '/apis/apps/v1/namespaces/neo4j/statefulsets', {
		apiVersion: 'apps/v1',
		kind: 'StatefulSet',
		metadata: {name: 'a'},
		spec: {
			serviceName: 'a',
			selector: {matchLabels: {app: 'a'}},
			template: {metadata: {labels: {app: 'a'}}, spec: pod('a').spec},
			volumeClaimTemplates: [{metadata: {name: 'data'}, spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}}}],
		},
	});
	const spec = body.spec as {readonly volumeClaimTemplates: readonly Json[]};
	t.deepEqual(spec.volumeClaimTemplates.map(({metadata, ...template}) => [(metadata as Json)['name'], template]), [['data', {
		apiVersion: 'v1', kind: 'PersistentVolumeClaim', spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}, volumeMode: 'Filesystem'}, status: {phase: 'Pending'},
	}]]);
	t.deepEqual(body['status'], {replicas: 0, availableReplicas: 0});
});

test.serial('a Pod with scheduling gates says so, and they can be taken away but not be added', async t => {
	const {request, patch} = await startWithNamespace(t);
	const {body} = await request('POST', pods, pod('a', {}, {schedulingGates: [{name: 'example.com/one'}, {name: 'example.com/two'}]}));
	t.like(body['status'], {
		phase: 'Pending', conditions: [{
			type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message: 'Scheduling is blocked due to non-empty scheduling gates',
		}],
	});
	const added = await patch(`${pods}/a`, {spec: {schedulingGates: [{name: 'example.com/one'}, {name: 'example.com/three'}]}});
	t.is(added.code, 422);
	t.is(added.body.message, 'Pod "a" is invalid: spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate \'example.com/three\'');
	t.like(await patch(`${pods}/a`, {spec: {schedulingGates: [{name: 'example.com/two'}]}}), {code: 200});
	t.like(await patch(`${pods}/a`, {spec: {schedulingGates: null}}), {code: 200});
});
