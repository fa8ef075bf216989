/**
Runs inside the namespaces of a cluster, as the one child of their first process: furnishes them, starts the programs of the node in their order, and answers on the control socket. Ends when its standard input does, that is with the keeper; and everything in the box ends with it.
*/
import {appendFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {execute} from './execute.ts';
import {askApiServer, isApiServerReady} from './api-requests.ts';
import {furnishNamespaces} from './box-namespace.ts';
import {readCredentials} from './certificates.ts';
import {componentNames, nodeComponents} from './components.ts';
import {serveControl, type Actions} from './control.ts';
import {compactHistory} from './etcd-history.ts';
import {isThere} from './is-there.ts';
import {readOrder, type BoxState} from './order.ts';
import {startRelay} from './relay.ts';
import {addresses, nodeName, places} from './settings.ts';
import {createSupervisor} from './supervisor.ts';
import {toError} from '#shared/errors.ts';

const order = await readOrder(process.argv[2]!);
const {settings} = order;
const where = places(settings);
const started = Date.now();
const laps: Record<string, number> = {};
let ready = false;

const say = (line: string): void => {
	appendFileSync(path.join(where.logs, 'box.log'), `${new Date().toISOString()} ${line}\n`);
};

const lap = (name: string): void => {
	laps[name] = (Date.now() - started) / 1000;
	say(`${name} after ${laps[name]} s`);
};

const until = async (question: () => Promise<boolean>, what: string): Promise<void> => {
	const deadline = Date.now() + 90_000;
	while (!await question()) {
		if (Date.now() > deadline) {
			throw new Error(`${what} took over 90 seconds. The logs in ${where.logs} say more.`);
		}

		await delay(50);
	}
};

process.stdin.on('end', () => {
	process.exit(0); // eslint-disable-line unicorn/no-process-exit -- a program; its children end with it
}).resume();

const supervisor = createSupervisor(where.logs, say);
const components = nodeComponents(settings, order.programs);
const credentials = await readCredentials(settings);
const apiServerReady = async (): Promise<void> => until(async () => isApiServerReady(credentials), 'The API server');

const restartApiServer = async (between?: () => Promise<unknown>): Promise<void> => {
	await supervisor.stop('kube-apiserver');
	await between?.();
	supervisor.startAgain('kube-apiserver');
	await apiServerReady();
};

const actions: Actions = {
	'restart-api-server': async () => restartApiServer(),
	'compact-history': async () => ({revision: await compactHistory()}),
	'forget-history': async () => restartApiServer(compactHistory),
	...Object.fromEntries(componentNames.flatMap(name => [
		[`stop/${name}`, async () => supervisor.stop(name)],
		[`start/${name}`, async () => {
			supervisor.startAgain(name);
		}],
		[`pause/${name}`, async () => {
			supervisor.signal(name, 'SIGSTOP');
		}],
		[`resume/${name}`, async () => {
			supervisor.signal(name, 'SIGCONT');
		}],
	])),
};

const applyDefinitions = async (): Promise<void> => {
	if (await isThere(where.definitions)) {
		await execute(order.programs.kubectl, ['--kubeconfig', where.insideKubeconfig, 'apply', '--server-side', '--filename', where.definitions]);
	}
};

const importPauseImage = async (): Promise<void> => {
	const ctr = async (...parameters: readonly string[]) => execute(order.programs.ctr, ['-a', where.containerdSocket, '-n', 'k8s.io', ...parameters]);
	await until(async () => {
		try {
			await ctr('version');
			return true;
		} catch {
			return false;
		}
	}, 'containerd');
	await ctr('images', 'import', order.pauseArchive);
};

const nodeReady = async (): Promise<boolean> => {
	const node = await askApiServer(`/api/v1/nodes/${nodeName}`, credentials);
	const {status} = JSON.parse(node ?? '{}') as {status?: {conditions?: ReadonlyArray<{type: string; status: string}>}};
	return status?.conditions?.some(condition => condition.type === 'Ready' && condition.status === 'True') ?? false;
};

const start = async (): Promise<void> => {
	await furnishNamespaces(settings);
	lap('namespaces');
	supervisor.start(components.etcd);
	supervisor.start(components['kube-apiserver']);
	supervisor.start(components.containerd);
	const imported = importPauseImage();
	await Promise.all([apiServerReady(), imported]);
	lap('API server');
	// The garbage collector learns of a kind that comes later only half a minute after it.
	await applyDefinitions();
	for (const name of ['kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy', 'coredns'] as const) {
		supervisor.start(components[name]);
	}

	await until(nodeReady, 'The node');
	lap('node');
	await until(async () => await askApiServer('/api/v1/namespaces/default/serviceaccounts/default', credentials) !== undefined, 'The default ServiceAccount');
	lap('ServiceAccount');
	ready = true;
};

try {
	await startRelay({path: where.apiSocket}, {host: addresses.node, port: addresses.apiPort});
	await serveControl(where.controlSocket, (): BoxState => ({ready, laps, components: supervisor.states()}), actions);
	await start();
} catch (error) {
	writeFileSync(where.failure, toError(error).message);
	say(toError(error).stack ?? String(error));
	process.exit(1); // eslint-disable-line unicorn/no-process-exit -- a program; its children end with it
}
