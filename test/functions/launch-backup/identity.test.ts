import test from 'ava';
import {oneShot, startDesk, type Desk} from './desk.ts';
import {type KubeObject} from '#shared/kube/object.ts';

type Managed = KubeObject & {readonly metadata: {readonly managedFields: ReadonlyArray<{readonly manager: string}>}};

const identity = (autoCreate: Readonly<Record<string, unknown>>, provider = 'aws') => ({cloud: {identity: {provider, autoCreate}}});

const accounts = async ({list}: Desk): Promise<Readonly<Record<string, KubeObject['metadata']['annotations']>>> => {
	const all = await list('v1', 'ServiceAccount');
	return Object.fromEntries(all.filter(({metadata}) => metadata.name !== 'default').map(({metadata}) => [metadata.name, metadata.annotations]));
};

const accountOf = async ({jobOf}: Desk, name: string): Promise<string> => {
	const {spec} = await jobOf(name);
	return spec.template.spec.serviceAccountName;
};

test('[B-019] [B-083] without an autoCreate block neo4j-backup-sa is made without annotations and used', async t => {
	const desk = await startDesk(t);
	await desk.apply(oneShot('plain'));
	t.deepEqual(await accounts(desk), {'neo4j-backup-sa': undefined});
	t.is(await accountOf(desk, 'plain'), 'neo4j-backup-sa');
});

test('[B-082] autoCreate.enabled: true makes neo4j-backup-sa and uses it', async t => {
	const desk = await startDesk(t);
	await desk.apply(oneShot('created', identity({enabled: true})));
	t.deepEqual(Object.keys(await accounts(desk)), ['neo4j-backup-sa']);
	t.is(await accountOf(desk, 'created'), 'neo4j-backup-sa');
});

test('[B-085] autoCreate.enabled: false makes no account and annotates none: neo4j-backup-sa where there is one, else default', async t => {
	const desk = await startDesk(t);
	const spec = identity({enabled: false, annotations: {'example.com/role': 'x'}});
	await desk.apply(oneShot('before', spec));
	t.deepEqual(await accounts(desk), {});
	t.is(await accountOf(desk, 'before'), 'default');
	await desk.apply({apiVersion: 'v1', kind: 'ServiceAccount', metadata: {name: 'neo4j-backup-sa', annotations: {'example.com/mine': 'y'}}});
	await desk.apply(oneShot('after', spec));
	t.deepEqual(await accounts(desk), {'neo4j-backup-sa': {'example.com/mine': 'y'}});
	t.is(await accountOf(desk, 'after'), 'neo4j-backup-sa');
});

test('[B-081] an account that the CR names is used as it is, neither made nor annotated', async t => {
	const desk = await startDesk(t);
	await desk.apply({apiVersion: 'v1', kind: 'ServiceAccount', metadata: {name: 'mine', annotations: {'example.com/mine': 'y'}}});
	await desk.apply(oneShot('named', {cloud: {identity: {provider: 'aws', serviceAccount: 'mine', autoCreate: {enabled: true, annotations: {'example.com/role': 'x'}}}}}));
	await desk.apply(oneShot('absent', {cloud: {identity: {provider: 'aws', serviceAccount: 'not-there'}}}));
	t.deepEqual(await accounts(desk), {mine: {'example.com/mine': 'y'}});
	t.is(await accountOf(desk, 'named'), 'mine');
	t.is(await accountOf(desk, 'absent'), 'not-there');
});

const snippets: ReadonlyArray<readonly [id: string, provider: string, type: string, annotation: string, value: string]> = [
	['B-088', 'aws', 's3', 'eks.amazonaws.com/role-arn', 'arn:aws:iam::123456789012:role/neo4j-backup-role'],
	['B-089', 'gcp', 'gcs', 'iam.gke.io/gcp-service-account', 'neo4j-backup@my-project.iam.gserviceaccount.com'],
	['B-090', 'azure', 'azure', 'azure.workload.identity/client-id', '00000000-0000-0000-0000-000000000000'],
];

for (const [id, provider, type, annotation, value] of snippets) {
	test(`[${id}] the snippet for ${provider} lands on the account as written`, async t => {
		const desk = await startDesk(t);
		await desk.apply(oneShot('annotated', {
			storage: {
				type, bucket: 'neo4j-backups', path: 'x', ...(type === 'azure' && {cloud: {storageAccount: 'myaccount'}}),
			},
			...identity({enabled: true, annotations: {[annotation]: value}}, provider),
		}));
		t.deepEqual(await accounts(desk), {'neo4j-backup-sa': {[annotation]: value}});
		t.is(await accountOf(desk, 'annotated'), 'neo4j-backup-sa');
	});
}

test('[B-091] the Pod of an Azure backup carries the label of workload identity, no other does', async t => {
	const {apply, jobOf} = await startDesk(t);
	await apply(
		oneShot('azure', {
			storage: {
				type: 'azure', bucket: 'container', path: 'x', cloud: {storageAccount: 'myaccount'},
			}, ...identity({annotations: {'azure.workload.identity/client-id': 'x'}}, 'azure'),
		}),
		oneShot('s3'),
	);
	for (const [name, label] of [['azure', 'true'], ['s3', undefined]] as const) {
		const {spec: {template: {metadata}}} = await jobOf(name);
		t.is(metadata.labels['azure.workload.identity/use'], label);
	}
});

const account = {
	apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'neo4j', name: 'neo4j-backup-sa',
};

test('[B-031] [B-069] [B-086] [B-087] annotations of the account are as the CR says, after an edit of either, and those of others stay', async t => {
	const desk = await startDesk(t);
	const {apply, edit, finish, runNow, runtime: {kube}} = desk;
	const annotations = {'example.com/role': 'one', 'example.com/region': 'two'};
	await apply(oneShot('daily', {
		storage: {
			type: 's3', bucket: 'neo4j-backups', path: 'daily', cloud: {provider: 'aws'},
		}, ...identity({annotations}),
	}));
	await kube.patch(account, {metadata: {annotations: {'example.com/of-somebody-else': 'x'}}});
	t.deepEqual(await accounts(desk), {'neo4j-backup-sa': {...annotations, 'example.com/of-somebody-else': 'x'}});

	await edit('daily', {spec: {cloud: {identity: {autoCreate: {annotations: {'example.com/role': 'changed', 'example.com/region': null}}}}}});
	t.deepEqual(await accounts(desk), {'neo4j-backup-sa': {'example.com/role': 'changed', 'example.com/of-somebody-else': 'x'}});

	await kube.patch(account, {metadata: {annotations: {'example.com/role': 'by hand'}}});
	await finish('daily');
	await runNow('daily', 'again');
	t.deepEqual(await accounts(desk), {'neo4j-backup-sa': {'example.com/role': 'changed', 'example.com/of-somebody-else': 'x'}});
});

test('CRs that want no annotations leave nothing of their own on the account, however many share it, and write to it once', async t => {
	const writes: string[] = [];
	const desk = await startDesk(t, {
		onRequest({method, path}) {
			if (method !== 'GET' && path.endsWith('/serviceaccounts/neo4j-backup-sa')) {
				writes.push(method);
			}
		},
	});
	for (const name of ['first', 'second', 'third']) {
		await desk.apply(oneShot(name));
	}

	const found = await desk.runtime.kube.get<Managed>(account);
	const managers = found!.metadata.managedFields.filter(({manager}) => manager.startsWith('neo4j-backup/'));
	t.is(managers.length, 1);
	t.deepEqual(writes, ['PATCH']);
	for (const name of ['first', 'second', 'third']) {
		t.is(await accountOf(desk, name), 'neo4j-backup-sa');
	}
});

test('two CRs that want one annotation differently do not strip each other: the second waits, and says for what', async t => {
	const desk = await startDesk(t);
	const {apply, backup, jobsOf, edit, minutes} = desk;
	await apply(oneShot('first', identity({annotations: {'example.com/role': 'one', 'example.com/first': 'x'}})));
	await apply(oneShot('second', identity({annotations: {'example.com/role': 'two', 'example.com/second': 'y'}})));
	t.deepEqual(await accounts(desk), {'neo4j-backup-sa': {'example.com/role': 'one', 'example.com/first': 'x'}});
	t.deepEqual(await jobsOf('second'), []);
	const {status} = await backup('second');
	t.is(status?.phase, 'Waiting');
	t.regex(status?.message ?? '', /neo4j-backup-sa.*example\.com\/role/v);
	t.like(status?.conditions?.find(({type}) => type === 'Ready'), {status: 'False', reason: 'ServiceAccountAnnotationConflict'});

	await edit('second', {spec: {cloud: {identity: {autoCreate: {annotations: {'example.com/role': 'one'}}}}}});
	await minutes(1);
	const jobs = await jobsOf('second');
	t.is(jobs.length, 1);
	t.deepEqual(await accounts(desk), {'neo4j-backup-sa': {'example.com/role': 'one', 'example.com/first': 'x', 'example.com/second': 'y'}});
});
