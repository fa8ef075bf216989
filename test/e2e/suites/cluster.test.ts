import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import anyTest, {type TestFn} from 'ava';
import {CoreV1Api, Watch, type KubeConfig} from '@kubernetes/client-node';
import {execute} from '../cluster/execute.ts';
import {findLeftovers} from '../cluster/leftovers.ts';
import {readRecord} from '../cluster/order.ts';
import {ownCluster} from '../cluster/own-cluster.ts';
import {startCluster} from '../cluster/start.ts';
import {createAnew} from '../create-anew.ts';
import {nodeImage, writeNodeImage} from '../node-image.ts';
import {clusterUnderTest, isOwnCluster, type ClusterUnderTest} from '../suite-environment.ts';
import {until} from '../until.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';

const test = anyTest as TestFn<ClusterUnderTest>;

const testOfOwnCluster = isOwnCluster() ? test : test.skip;

const namespace = 'cluster-suite';

type Job = KubeObject & {readonly status?: {readonly succeeded?: number; readonly failed?: number}};
type Pod = KubeObject & {readonly status?: {readonly phase?: string; readonly podIP?: string}};
type Node = KubeObject & {readonly status: {readonly conditions: ReadonlyArray<{readonly type: string; readonly status: string}>; readonly nodeInfo: {readonly kubeletVersion: string}}};

test.before(async t => {
	t.context = await clusterUnderTest();
	const folder = await mkdtemp(path.join(tmpdir(), 'cluster-suite-'));
	const archive = path.join(folder, 'node.tar');
	await writeNodeImage(archive);
	await t.context.cluster?.importImage(archive);
	await rm(folder, {recursive: true});
	await createAnew(t.context.kube, {apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace, labels: {'pod-security.kubernetes.io/enforce': 'restricted'}}});
});

test.after.always(async t => {
	await t.context.kube.delete({apiVersion: 'v1', kind: 'Namespace', name: namespace});
});

test('the node is Ready and of the pinned version', async t => {
	const node = await t.context.kube.get<Node>({apiVersion: 'v1', kind: 'Node', name: 'node1'});
	t.is(node!.status.conditions.find(({type}) => type === 'Ready')?.status, 'True');
	t.is(node!.status.nodeInfo.kubeletVersion, 'v1.34.4');
});

test('a Job runs as the user that its Pod names, in a namespace that enforces the restricted profile', async t => {
	const {kube} = t.context;
	await kube.create(job('restricted', 'console.log(process.getuid())'));
	t.is(await logOf(t.context, 'restricted'), '7474');
});

test('a Pod that asks for more than the restricted profile is refused', async t => {
	const {spec, ...open} = pod('open', '');
	const privileged = {...open, spec: {containers: (spec as {containers: unknown}).containers}};
	await t.throwsAsync(t.context.kube.create(privileged), {message: /violates PodSecurity "restricted/v});
});

test('a Pod finds another by the name of its Service, and the API server by its own', async t => {
	const {kube} = t.context;
	await kube.create({...pod('web', 'http.createServer((_, answer) => answer.end("found")).listen(8080)'), metadata: {name: 'web', namespace, labels: {app: 'web'}}});
	await kube.create({
		apiVersion: 'v1', kind: 'Service', metadata: {name: 'web', namespace}, spec: {selector: {app: 'web'}, ports: [{port: 80, targetPort: 8080}]},
	});
	await until(async () => {
		const web = await kube.get<Pod>({
			apiVersion: 'v1', kind: 'Pod', namespace, name: 'web',
		});
		return web?.status?.phase === 'Running';
	}, 'the web server');
	// Its rules in the node's firewall may come some moments after the Pod.
	await kube.create(job('client', `
		const ask = async () => { try { const answer = await fetch('http://web'); return await answer.text(); } catch { await new Promise(next => setTimeout(next, 200)); return ask(); } };
		const {address} = await dns.promises.lookup('kubernetes.default.svc.cluster.local');
		console.log(await ask(), address);`));
	t.is(await logOf(t.context, 'client'), 'found 10.96.0.1');
});

test('nothing in the cluster has a way out of it', async t => {
	await t.context.kube.create(job('outwards', `
		const attempts = ['192.0.2.1', '198.51.100.1'].map(async address => { try { await fetch('http://' + address, {signal: AbortSignal.timeout(3000)}); return 'answer'; } catch (error) { return error.cause?.code ?? error.name; } });
		console.log((await Promise.all(attempts)).join(' '));`));
	t.is(await logOf(t.context, 'outwards'), 'ENETUNREACH ENETUNREACH');
});

testOfOwnCluster('after its history was forgotten the API server answers an old resourceVersion with 410 Gone, and works on', async t => {
	const {kubeConfig, kube, cluster} = t.context;
	const {metadata} = await kube.create<KubeObject>({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'before', namespace}});
	await kube.create({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'later', namespace}});
	t.is(await firstEventAfter(kubeConfig, metadata.resourceVersion!), 'ADDED later', 'it is remembered');
	await cluster!.forgetHistory();
	t.is(await firstEventAfter(kubeConfig, metadata.resourceVersion!), 'ERROR 410');
	t.truthy(await kube.get({
		apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'later',
	}));
});

testOfOwnCluster('a second cluster runs beside the first, and leaves nothing when it is stopped', async t => {
	const first = t.context.cluster!.settings;
	const settings = ownCluster(`${first.name}-second`);
	const {keeper} = (await readRecord(first))!;
	const before = await networkOf(keeper);
	const second = await startCluster({
		settings, log(line) {
			t.log(line);
		},
	});
	const running = await findLeftovers(settings);
	t.true(Object.entries(running).every(([kind, found]) => kind === 'mounts' ? found.length === 0 : found.length > 0), 'what is to be gone was there');
	await second.stop();
	t.deepEqual(await findLeftovers(settings), {
		processes: [], mounts: [], cgroups: [], holders: [], folders: [],
	});
	t.is(await networkOf(keeper), before);
	t.truthy(await t.context.kube.get({apiVersion: 'v1', kind: 'Node', name: 'node1'}), 'the first is still there');
});

/** The keeper of a cluster is on the machine's own network, which this suite is not. */
const networkOf = async (pid: number): Promise<string> => {
	const ip = async (...parameters: readonly string[]) => execute('nsenter', [`--net=/proc/${pid}/ns/net`, '--', 'ip', ...parameters]);
	return [await ip('-brief', 'link'), await ip('route', 'show', 'table', 'all')].join('\n');
};

const firstEventAfter = async (kubeConfig: KubeConfig, resourceVersion: string): Promise<string> => {
	const {promise, resolve} = Promise.withResolvers<string>();
	const watch = await new Watch(kubeConfig).watch(`/api/v1/namespaces/${namespace}/configmaps`, {resourceVersion, timeoutSeconds: 20}, (type, {code, metadata}: {code?: number; metadata: {name?: string}}) => {
		resolve(`${type} ${code ?? metadata.name}`);
	}, () => {
		resolve('nothing');
	});
	const event = await promise;
	watch.abort();
	return event;
};

const pod = (name: string, script: string): Manifest => ({
	apiVersion: 'v1',
	kind: 'Pod',
	metadata: {name, namespace},
	spec: {
		restartPolicy: 'Never',
		securityContext: {runAsNonRoot: true, runAsUser: 7474, seccompProfile: {type: 'RuntimeDefault'}},
		terminationGracePeriodSeconds: 0,
		containers: [{
			name: 'node',
			image: nodeImage,
			imagePullPolicy: 'Never',
			args: ['--input-type=module', '--eval', `import dns from 'node:dns'; import http from 'node:http'; ${script}`],
			securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: ['ALL']}},
		}],
	},
});

const job = (name: string, script: string): Manifest => ({
	apiVersion: 'batch/v1', kind: 'Job', metadata: {name, namespace}, spec: {backoffLimit: 0, template: {spec: pod(name, script)['spec']}},
});

/** What the one Pod of a Job said, when the Job is complete. */
const logOf = async ({kube, kubeConfig}: ClusterUnderTest, name: string): Promise<string> => {
	await until(async () => {
		const {status} = (await kube.get<Job>({
			apiVersion: 'batch/v1', kind: 'Job', namespace, name,
		}))!;
		return (status?.succeeded ?? 0) + (status?.failed ?? 0) > 0;
	}, `Job ${name}`);
	const api = kubeConfig.makeApiClient(CoreV1Api);
	const {items} = await api.listNamespacedPod({namespace, labelSelector: `job-name=${name}`});
	const log = await api.readNamespacedPodLog({namespace, name: items[0]!.metadata!.name!});
	return log.trim();
};
