import {Buffer} from 'node:buffer';
import test, {type ExecutionContext} from 'ava';
import {KubeConfig} from '@kubernetes/client-node';
import {createSharedReads} from '../../../functions/launch-backup/shared-reads.ts';
import {awsSecret} from '../scenario.ts';
import {
	namesOf, oneShot, startDesk, type Desk,
} from './desk.ts';
import {createKubeClient} from '#shared/kube/client.ts';
import {type Reference} from '#shared/kube/object.ts';
import {startCluster} from '#test/local/cluster.ts';

const secret: Reference = {
	apiVersion: 'v1', kind: 'Secret', namespace: 'test', name: 'bucket',
};

type Value = {readonly data?: Readonly<Record<string, string>>};

/** Shared reads of a real API server, on a clock of the test's own, with the number of requests for the Secret. */
const share = async (t: ExecutionContext) => {
	let time = 0;
	let reads = 0;
	const {kubeconfig} = await startCluster(t, {
		onRequest({method, path}) {
			reads += Number(method === 'GET' && path.endsWith('/secrets/bucket'));
		},
	});
	const config = new KubeConfig();
	config.loadFromString(kubeconfig);
	const kube = createKubeClient(config);
	const shared = createSharedReads(kube, () => time);
	return {
		kube,
		shared,
		reads: () => reads,
		advance(milliseconds: number) {
			time += milliseconds;
		},
		async valueFor(run = shared.forRun()) {
			const found = await run.kube.get(secret) as Value | undefined;
			return found && Buffer.from(found.data!['value']!, 'base64').toString();
		},
		put: async (value: string) => kube.patch(secret, {
			apiVersion: 'v1', kind: 'Secret', metadata: {name: 'bucket', namespace: 'test'}, stringData: {value},
		}, {type: 'apply', fieldManager: 'test', force: true}),
	};
};

test('runs that come within a second of a read share it, also while it is under way; the next one reads again', async t => {
	const {shared, valueFor, put, reads, advance} = await share(t);
	await put('first');
	const runs = Array.from({length: 5}, () => shared.forRun());
	t.deepEqual(await Promise.all(runs.map(async run => valueFor(run))), Array.from({length: 5}, () => 'first'));
	t.deepEqual(runs.map(({borrowed}) => borrowed()), [false, true, true, true, true]);
	t.is(reads(), 1);

	await put('second');
	advance(999);
	t.is(await valueFor(), 'first');
	advance(1);
	const late = shared.forRun();
	t.is(await valueFor(late), 'second');
	t.false(late.borrowed());
	t.is(reads(), 2);
});

test('that something is not there is shared as well', async t => {
	const {valueFor, put, reads, advance} = await share(t);
	t.is(await valueFor(), undefined);
	await put('made');
	t.is(await valueFor(), undefined);
	t.is(reads(), 1);
	advance(1000);
	t.is(await valueFor(), 'made');
});

test('a write ends what is held of its object, whether the API server takes it or not', async t => {
	const {shared, valueFor, put} = await share(t);
	await put('first');
	await valueFor();
	const {kube} = shared.forRun();
	await kube.patch(secret, {stringData: {value: 'second'}});
	t.is(await valueFor(), 'second');
	await put('third');
	await t.throwsAsync(kube.create({apiVersion: 'v1', kind: 'Secret', metadata: {name: 'bucket', namespace: 'test'}}));
	t.is(await valueFor(), 'third');
	await kube.delete(secret);
	t.is(await valueFor(), undefined);
});

test('a read that fails is not shared with who comes later', async t => {
	let fails = true;
	const shared = createSharedReads({
		async get() {
			if (fails) {
				throw new Error('out of order');
			}

			return undefined;
		},
	} as never, () => 0);
	await t.throwsAsync(shared.forRun().kube.get(secret), {message: 'out of order'});
	fails = false;
	t.is(await shared.forRun().kube.get(secret), undefined);
});

const nightly = {
	schedule: '0 2 * * *', storage: {
		type: 's3', bucket: 'backups', path: 'p', cloud: {provider: 'aws', credentialsSecretRef: 'aws-backup-credentials'},
	},
};
const credentials: Reference = {
	apiVersion: 'v1', kind: 'Secret', namespace: 'neo4j', name: 'aws-backup-credentials',
};

test('runs of one minute look up what they have in common once, and their Neo4jBackups each', async t => {
	const reads: string[] = [];
	const desk = await startDesk(t, {
		onRequest({method, path, userAgent}) {
			if (method === 'GET' && userAgent === 'neo4j-backup-functions') {
				reads.push(path.slice(path.lastIndexOf('/', path.lastIndexOf('/') - 1) + 1));
			}
		},
	});
	const names = ['one', 'two', 'three'];
	await desk.apply(...names.map(name => oneShot(name, {...nightly, storage: {...nightly.storage, path: name}})));
	reads.length = 0;
	await desk.minutes(2);
	for (const name of names) {
		t.deepEqual(await namesOf(desk, name), [`${name}-backup-20261120020000`]);
		// Of its own writes, which the source tells of, it reads none.
		t.deepEqual(reads.filter(read => read === `neo4jbackups/${name}`), [`neo4jbackups/${name}`]);
	}

	for (const common of ['neo4jenterpriseclusters/production-cluster', 'statefulsets/production-cluster-server', 'secrets/aws-backup-credentials', 'serviceaccounts/neo4j-backup-sa']) {
		t.deepEqual(reads.filter(read => read === common), [common]);
	}
});

const phaseOf = async ({backup}: Desk, name: string) => {
	const {status} = await backup(name);
	return status?.phase;
};

test('what keeps a run from starting is found by reads of its own: what was mended a moment ago counts', async t => {
	const desk = await startDesk(t);
	const {apply, minutes, edit, runtime: {kube}} = desk;
	await kube.delete(credentials);
	await apply(oneShot('one', nightly), oneShot('two', nightly));
	await minutes(2);
	t.is(await phaseOf(desk, 'two'), 'Waiting');
	await apply(awsSecret());
	await edit('two', {metadata: {labels: {looked: 'at'}}});
	t.is(await phaseOf(desk, 'two'), 'Running');
	t.deepEqual(await namesOf(desk, 'two'), ['two-backup-20261120020000']);
});

test('a run that somebody asks for rests on nothing that was read before', async t => {
	const desk = await startDesk(t);
	const {apply, minutes, runtime: {kube}} = desk;
	await apply(oneShot('nightly', nightly));
	await minutes(2);
	t.deepEqual(await namesOf(desk, 'nightly'), ['nightly-backup-20261120020000']);
	await kube.delete(credentials);
	await apply(oneShot('once', {storage: nightly.storage}));
	t.is(await phaseOf(desk, 'once'), 'Waiting');
	t.deepEqual(await namesOf(desk, 'once'), []);
});
