import {generateKeyPairSync, randomBytes} from 'node:crypto';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {buildBinaries} from '../cluster/build.ts';
import {ownCluster} from '../cluster/own-cluster.ts';
import {startServer, type ServerProcess} from '../stores/process.ts';
import {until} from '../until.ts';
import {keysOf} from './clean.ts';
import {ask, askJson, type Upstream} from './upstream.ts';
import {readManifests} from '#local/manifests.ts';
import {type Manifest} from '#shared/kube/object.ts';

const root = path.join(import.meta.dirname, '../../..');

type Access = Pick<Upstream, 'url' | 'token'>;

/**
Starts etcd, a real API server and those of the real controllers that scenarios need, on free ports of the loopback, from the programs of the cluster, which are built if this machine has not built them yet. The kinds of the scenarios are there before the controllers: the garbage collector learns of later ones only half a minute after them.
*/
export const startUpstream = async (log: (line: string) => void): Promise<Upstream & {readonly stop: () => Promise<void>}> => {
	const {programs} = await buildBinaries(ownCluster().binaries, log);
	const folder = await mkdtemp(path.join(tmpdir(), 'scenarios-'));
	const running: ServerProcess[] = [];
	const start = async (name: string, parameters: (directory: string, port: number) => readonly string[], isReady: (url: string) => Promise<boolean>): Promise<string> => {
		const server = await startServer({name, isReady, command: ({directory, port}) => [programs[name]!, ...parameters(directory, port)]});
		running.push(server);
		return server.url;
	};

	const stop = async (): Promise<void> => {
		for (const server of running.toReversed()) {
			await server.stop();
		}

		await rm(folder, {recursive: true, force: true});
	};

	try {
		const token = randomBytes(16).toString('hex');
		await writeCredentials(folder, token);
		const etcd = await start('etcd', (directory, port) => etcdArguments(directory, port), async url => isHealthy(`${url}/health`));
		const plain = await start('kube-apiserver', (directory, port) => apiServerArguments({
			directory, port, folder, etcd,
		}), async url => isReady({url: secure(url), token}));
		const access = {url: secure(plain), token};
		await createKinds(access);
		await writeFile(path.join(folder, 'kubeconfig'), kubeconfig(access));
		await start('kube-controller-manager', () => controllerArguments(folder), async () => hasAccount(access));
		return {
			...access, etcd, baseKeys: await keysOf(etcd), stop,
		};
	} catch (error) {
		await stop();
		throw error;
	}
};

const etcdArguments = (directory: string, port: number): readonly string[] => [
	`--data-dir=${directory}/etcd`,
	`--listen-client-urls=http://127.0.0.1:${port}`,
	`--advertise-client-urls=http://127.0.0.1:${port}`,
	// There is nobody else.
	'--listen-peer-urls=http://127.0.0.1:0',
	'--unsafe-no-fsync',
	'--log-level=error',
];

const apiServerArguments = ({directory, port, folder, etcd}: {readonly directory: string; readonly port: number; readonly folder: string; readonly etcd: string}): readonly string[] => [
	`--etcd-servers=${etcd}`,
	'--bind-address=127.0.0.1',
	`--secure-port=${port}`,
	`--cert-dir=${directory}`,
	`--token-auth-file=${folder}/tokens.csv`,
	'--authorization-mode=RBAC',
	'--service-account-issuer=https://kubernetes.default.svc.cluster.local',
	`--service-account-key-file=${folder}/accounts.pub`,
	`--service-account-signing-key-file=${folder}/accounts.key`,
	'--service-cluster-ip-range=10.96.0.0/16',
	// Nobody reaches it by the Service of the cluster.
	'--endpoint-reconciler-type=none',
];

/** Jobs and Pods are the embedded node's. */
const controllers = ['garbage-collector-controller', 'namespace-controller', 'serviceaccount-controller', 'persistentvolumeclaim-protection-controller'];

const controllerArguments = (folder: string): readonly string[] => [
	`--kubeconfig=${folder}/kubeconfig`,
	`--controllers=${controllers.join(',')}`,
	'--leader-elect=false',
	'--secure-port=0',
	'--kube-api-qps=500',
	'--kube-api-burst=1000',
];

const writeCredentials = async (folder: string, token: string): Promise<void> => {
	const {publicKey, privateKey} = generateKeyPairSync('ec', {namedCurve: 'P-256', publicKeyEncoding: {type: 'spki', format: 'pem'}, privateKeyEncoding: {type: 'pkcs8', format: 'pem'}});
	await writeFile(path.join(folder, 'accounts.pub'), publicKey);
	await writeFile(path.join(folder, 'accounts.key'), privateKey);
	await writeFile(path.join(folder, 'tokens.csv'), `${token},scenarios,scenarios,"system:masters"\n`);
};

const kubeconfig = ({url, token}: Access): string => JSON.stringify({
	apiVersion: 'v1',
	kind: 'Config',
	clusters: [{name: 'scenarios', cluster: {server: url, 'insecure-skip-tls-verify': true}}],
	users: [{name: 'scenarios', user: {token}}],
	contexts: [{name: 'scenarios', context: {cluster: 'scenarios', user: 'scenarios'}}],
	'current-context': 'scenarios',
});

const secure = (url: string): string => url.replace(/^http:/v, 'https:');

const isHealthy = async (url: string): Promise<boolean> => {
	const {ok} = await fetch(url);
	return ok;
};

const isReady = async (access: Access): Promise<boolean> => {
	const {status} = await askJson(access, '/readyz');
	return status === 200;
};

const hasAccount = async (access: Access): Promise<boolean> => {
	const {status} = await askJson(access, '/api/v1/namespaces/default/serviceaccounts/default');
	return status === 200;
};

type Definition = Manifest & {readonly spec: {readonly group: string; readonly names: {readonly plural: string}; readonly versions: ReadonlyArray<{readonly name: string}>}};

const createKinds = async (access: Access): Promise<void> => {
	for (const location of ['crds', 'local/eventing/crds.yaml', 'local/neo4j/crds.yaml']) {
		for (const definition of await readManifests(path.join(root, location)) as readonly Definition[]) {
			const answer = await ask(access, {
				method: 'POST', path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', headers: {'content-type': 'application/json'}, body: JSON.stringify(definition),
			});
			answer.resume();
			const {group, names, versions} = definition.spec;
			await until(async () => {
				const {status} = await askJson(access, `/apis/${group}/${versions[0]!.name}/${names.plural}?limit=1`);
				return status === 200;
			}, definition.metadata.name);
		}
	}
};
