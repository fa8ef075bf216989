import {Buffer} from 'node:buffer';
import test from 'ava';
import {startServer, until} from './server.ts';
import {
	configMap, configMaps, job, jobs,
} from './widget.ts';

test('the stringData of a Secret is stored as data', async t => {
	const {codeOf, create} = await startServer(t);
	const secret = await create({
		apiVersion: 'v1', kind: 'Secret', metadata: {name: 'a'}, data: {a: 'YQ==', b: 'YQ=='}, stringData: {b: 'ü'},
	});
	t.deepEqual(secret['data'], {a: 'YQ==', b: 'w7w='});
	t.false('stringData' in secret);
	t.is(secret['type'], 'Opaque');
	t.is(await codeOf('POST', '/api/v1/namespaces/default/secrets', {metadata: {name: 'b'}, data: {a: 'not base64'}}), 400);
});

test('a Job selects its Pods by its uid and has the defaults that decide when it fails', async t => {
	const {create} = await startServer(t);
	const {metadata: {uid}, spec} = await create(job('a'));
	t.like(spec, {
		backoffLimit: 6,
		completions: 1,
		parallelism: 1,
		selector: {matchLabels: {'batch.kubernetes.io/controller-uid': uid}},
		template: {
			metadata: {labels: {'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': 'a', 'job-name': 'a'}},
			spec: {containers: [{name: 'main', imagePullPolicy: 'IfNotPresent', terminationMessagePath: '/dev/termination-log'}]},
		},
	});
});

test('a status without its own write is empty, and defaults do not undo what was set', async t => {
	const {create, patch} = await startServer(t);
	const {status} = await create({...job('a'), status: {succeeded: 1}});
	t.deepEqual(status, {});
	await patch(`${jobs}/a/status`, {status: {succeeded: 1}});
	t.like(await patch(`${jobs}/a`, {spec: {backoffLimit: 0, suspend: true}}), {body: {spec: {backoffLimit: 0, suspend: true}, status: {succeeded: 1}, metadata: {generation: 2}}});
});

test('a Job is neither complete nor failed before that was announced', async t => {
	const {create, patch} = await startServer(t);
	await create(job('a'));
	for (const [end, before] of [['Complete', 'SuccessCriteriaMet'], ['Failed', 'FailureTarget']]) {
		const {code, body} = await patch(`${jobs}/a/status`, {status: {startTime: '2026-11-20T01:58:30Z', conditions: [{type: end, status: 'True'}]}});
		t.is(code, 422);
		t.regex(body.message, new RegExp(`cannot set ${end}=True condition without the ${before}=true condition`, 'v'));
	}
});

const pod = (spec: Record<string, unknown>): Record<string, unknown> => ({
	apiVersion: 'batch/v1', kind: 'Job', metadata: {name: 'a'}, spec: {template: {spec: {restartPolicy: 'Never', ...spec}}},
});

const mistakes = [
	['no containers', pod({}), 'spec.template.spec.containers'],
	['a restart policy that Jobs do not have', pod({restartPolicy: 'Always', containers: [{name: 'a', image: 'a'}]}), 'spec.template.spec.restartPolicy'],
	['a mount without its volume', pod({containers: [{name: 'a', image: 'a', volumeMounts: [{name: 'v', mountPath: '/v'}]}]}), 'spec.template.spec.containers[0].volumeMounts[0].name'],
	['two containers of one name', pod({containers: [{name: 'a', image: 'a'}], initContainers: [{name: 'a', image: 'a'}]}), 'spec.template.spec.initContainers[0].name'],
	['a container without image', pod({containers: [{name: 'a'}]}), 'spec.template.spec.containers[0].image'],
	['a name that does not fit a label', {...job('a'.repeat(64))}, 'spec.template.labels'],
] as const;

for (const [what, object, field] of mistakes) {
	test(`a Job with ${what} is refused, as it would be on a cluster`, async t => {
		const {request} = await startServer(t);
		const {code, body} = await request('POST', jobs, object);
		t.is(code, 422);
		const {causes} = body['details'] as {readonly causes: ReadonlyArray<{readonly field: string}>};
		t.true(causes.some(cause => cause.field === field));
	});
}

const oneContainer = {name: 'a', image: 'a'};

const mistyped = [
	['a number for text', jobs, pod({containers: [{...oneContainer, env: [{name: 'A', value: 1}]}]}), 'Job', 'json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string'],
	['text for a number', jobs, {spec: {backoffLimit: '6'}}, 'Job', 'json: cannot unmarshal string into Go struct field JobSpec.spec.backoffLimit of type int32'],
	['half a number', jobs, {spec: {backoffLimit: 1.5}}, 'Job', 'json: cannot unmarshal number 1.5 into Go struct field JobSpec.spec.backoffLimit of type int32'],
	['text for a list', jobs, pod({containers: 'x'}), 'Job', 'json: cannot unmarshal string into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container'],
	['text for an item', jobs, pod({containers: ['x']}), 'Job', 'json: cannot unmarshal string into Go struct field PodSpec.spec.template.spec.containers of type v1.Container'],
	['text for yes or no', jobs, pod({hostNetwork: 'yes', containers: [oneContainer]}), 'Job', 'json: cannot unmarshal string into Go struct field PodSpec.spec.template.spec.hostNetwork of type bool'],
	['a list for a map', configMaps, {data: ['x']}, 'ConfigMap', 'json: cannot unmarshal array into Go struct field ConfigMap.data of type map[string]string'],
	['yes or no for text', configMaps, {data: {k: true}}, 'ConfigMap', 'json: cannot unmarshal bool into Go struct field ConfigMap.data of type string'],
	['a number for a label', configMaps, {metadata: {name: 'a', labels: {a: 5}}}, 'ConfigMap', 'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string'],
	['text for metadata', configMaps, {metadata: 'x'}, 'ConfigMap', 'json: cannot unmarshal string into Go struct field ConfigMap.metadata of type v1.ObjectMeta'],
	['what is not base64', '/api/v1/namespaces/default/secrets', {data: {a: 'not base64'}}, 'Secret', 'illegal base64 data at input byte 3'],
	['half of a base64', '/api/v1/namespaces/default/secrets', {data: {a: 'YQ'}}, 'Secret', 'illegal base64 data at input byte 0'],
] as const;

for (const [what, place, object, kind, why] of mistyped) {
	test(`${what} is refused before anything else is looked at`, async t => {
		const {bodyOf} = await startServer(t);
		t.like(await bodyOf('POST', place, {metadata: {name: 'a'}, ...object}), {code: 400, reason: 'BadRequest', message: `${kind} in version "v1" cannot be handled as a ${kind}: ${why}`});
	});
}

test('a patch that leads to a wrong type is invalid, and not a bad request', async t => {
	const {create, patch} = await startServer(t);
	await create(configMap('a'));
	const {code, body} = await patch(`${configMaps}/a`, {data: {k: 5}});
	t.is(code, 422);
	t.regex(body.message, /^ "" is invalid: patch: Invalid value: .*json: cannot unmarshal number into Go struct field ConfigMap\.data of type string$/v);
});

test('maps and lists that are empty are left off, as nulls are', async t => {
	const {create} = await startServer(t);
	const {spec} = await create(pod({
		nodeSelector: {}, tolerations: [], serviceAccountName: null, containers: [{...oneContainer, env: [], args: []}], volumes: [{name: 'v', emptyDir: {}}],
	}));
	const {containers, ...others} = (spec['template'] as {readonly spec: Record<string, unknown>}).spec;
	t.deepEqual(Object.keys(others).filter(name => ['nodeSelector', 'tolerations', 'serviceAccountName', 'volumes'].includes(name)), ['volumes']);
	t.deepEqual(others['volumes'], [{name: 'v', emptyDir: {}}]);
	t.deepEqual(Object.keys((containers as ReadonlyArray<Record<string, unknown>>)[0]!).filter(name => name === 'env' || name === 'args'), []);
});

test('the Pods of a StatefulSet may mount its claims', async t => {
	const {create} = await startServer(t);
	const containers = [{name: 'a', image: 'a', volumeMounts: [{name: 'data', mountPath: '/data'}]}];
	await t.notThrowsAsync(create({
		apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: {name: 'a', namespace: 'default'}, spec: {
			serviceName: 'a', selector: {matchLabels: {app: 'a'}}, template: {metadata: {labels: {app: 'a'}}, spec: {containers}}, volumeClaimTemplates: [{metadata: {name: 'data'}, spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}}}],
		},
	}));
});

test('unknown fields of builtin kinds are found too', async t => {
	const {bodyOf} = await startServer(t);
	t.like(await bodyOf('POST', `${jobs}?fieldValidation=Strict`, pod({containers: [{name: 'a', image: 'a', imagePolicy: 'x'}]})), {
		code: 400, message: 'Job in version "v1" cannot be handled as a Job: strict decoding error: unknown field "spec.template.spec.containers[0].imagePolicy"',
	});
});

test('a new namespace gets its default ServiceAccount', async t => {
	const client = await startServer(t);
	await client.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'other'}});
	await until(async () => await client.codeOf('GET', '/api/v1/namespaces/other/serviceaccounts/default') === 200 || undefined);
	t.like(await client.get('/api/v1/namespaces/other'), {metadata: {labels: {'kubernetes.io/metadata.name': 'other'}}});
});

// Recorded from kubectl 1.32: `create secret generic a --from-literal=k=v`, `create configmap a --from-literal=k=ü`, `create namespace a`, `create rolebinding a --role=a --serviceaccount=default:b`.
const sentByKubectl = [
	['/api/v1/namespaces/default/secrets', 'azhzAAoMCgJ2MRIGU2VjcmV0EiQKGAoBYRIAGgdkZWZhdWx0IgAqADIAOABCABIGCgFrEgF2GgAaACIA', {type: 'Opaque', metadata: {name: 'a', namespace: 'default'}, data: {k: 'dg=='}}],
	[configMaps, 'azhzAAoPCgJ2MRIJQ29uZmlnTWFwEiMKGAoBYRIAGgdkZWZhdWx0IgAqADIAOABCABIHCgFrEgLDvBoAIgA=', {kind: 'ConfigMap', data: {k: 'ü'}}],
	['/api/v1/namespaces', 'azhzAAoPCgJ2MRIJTmFtZXNwYWNlEhkKEQoBYRIAGgAiACoAMgA4AEIAEgAaAgoAGgAiAA==', {kind: 'Namespace', metadata: {name: 'a'}, status: {phase: 'Active'}}],
	[
		'/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings',
		'azhzAAorChxyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvL3YxEgtSb2xlQmluZGluZxJgChgKAWESABoHZGVmYXVsdCIAKgAyADgAQgASHgoOU2VydmljZUFjY291bnQSABoBYiIHZGVmYXVsdBokChlyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvEgRSb2xlGgFhGgAiAA==',
		{subjects: [{kind: 'ServiceAccount', name: 'b', namespace: 'default'}], roleRef: {apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'a'}},
	],
] as const;

test('what kubectl creates comes in protobuf', async t => {
	const {request} = await startServer(t);
	const headers = {'content-type': 'application/vnd.kubernetes.protobuf', accept: 'application/vnd.kubernetes.protobuf,application/json'};
	for (const [path, body, expected] of sentByKubectl) {
		t.like(await request('POST', path, Buffer.from(body, 'base64'), headers), {code: 201, body: expected});
	}
});
