import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {
	mkdtemp, readdir, readFile, rm, writeFile,
} from 'node:fs/promises';
import {createServer} from 'node:http';
import {type AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {text} from 'node:stream/consumers';
import test, {type ExecutionContext} from 'ava';
import {type Metafile} from 'esbuild';
import {ofKind, readBase, type KnativeService} from '../knative/manifests.ts';
import {bundleCommandLine} from '../../scripts/bundle-command-line.ts';
import {bundle} from '../../scripts/bundle.ts';
import {podSpec, type PodInput} from '../../functions/launch-backup/backup-pod.ts';
import {sweepJob, type SweepJobInput} from '../../functions/retention-sweep/sweep-job.ts';

const root = path.join(import.meta.dirname, '../..');
const folder = await mkdtemp(path.join(tmpdir(), 'bundle-'));
const {inputs, outputs} = await bundle({folder, group: 'backup.example.com', sourceMaps: false});
const services = ofKind<KnativeService>(await readBase(), 'Service').map(({metadata}) => metadata.name);
const {devDependencies} = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {devDependencies: Record<string, string>};

test.after.always(async () => {
	await rm(folder, {recursive: true, force: true});
});

test('each function and each program of a Job is one file', async t => {
	const sources = await Promise.all(['functions', 'jobs'].map(async part => readdir(path.join(root, part), {recursive: true})));
	const names = sources.flat().flatMap(file => /^(?<name>[^\/]+)\/main\.ts$/v.exec(file)?.groups?.['name'] ?? []).map(name => `${name}.mjs`);
	const files = await readdir(folder);
	t.deepEqual(files.toSorted(), names.toSorted());
});

test('the command line is one file that runs by itself', async t => {
	const file = await bundleCommandLine({folder: path.join(folder, 'command-line')});
	const {stdout} = spawn(file, ['plan', '--help'], {cwd: tmpdir(), env: {PATH: path.dirname(process.execPath)}, stdio: ['ignore', 'pipe', 'inherit']});
	t.regex(await text(stdout), /^Usage: kubectl neo4j-backup plan \[options\] \[name\]/v);
});

test('the program that each KService and each container of a Job names is there', async t => {
	const files = await readdir(folder);
	for (const program of [...services.map(name => `${name}.mjs`), ...programsOfJobs()]) {
		t.true(files.includes(program), `${program} is missing`);
	}
});

test('nothing of the embedded runtime, the tests or the scripts gets into a file', t => {
	t.deepEqual(Object.keys(inputs).filter(file => /^(?:local|test|scripts|bench)\//v.test(file)), []);
});

test('the project\'s own modules import no development dependency', t => {
	const own = Object.entries(inputs).filter(([file]) => !file.startsWith('node_modules/'));
	const imported = own.flatMap(([, {imports}]) => imports.map(({path: file}) => file));
	const development = Object.keys(devDependencies).map(name => `node_modules/${name}/`);
	t.deepEqual(imported.filter(file => development.some(prefix => file.startsWith(prefix))), []);
});

for (const output of Object.values(outputs)) {
	const sdks = ['@aws-sdk/client-s3', '@google-cloud/storage', '@azure/storage-blob', '@azure/identity'];

	test(`the start of ${output.entryPoint!} runs no cloud SDK`, t => {
		const atStart = reachable(output.entryPoint!, inputs);
		t.deepEqual(sdks.filter(sdk => [...atStart].some(file => file.startsWith(`node_modules/${sdk}/`))), []);
	});
}

/** The first arguments of the containers that run the project's own image. */
const programsOfJobs = (): readonly string[] => {
	type Pod = {readonly initContainers?: readonly OwnContainer[]; readonly containers: readonly OwnContainer[]};
	type OwnContainer = {readonly image: string; readonly args: readonly string[]};
	const image = 'functions';
	const target = {image: 'neo4j', imagePullSecrets: []};
	const nothing = {env: [], mounts: []};
	const access = {admin: nothing, own: nothing, volumes: []};
	const backup = podSpec({
		image, target, access, spec: {databases: []}, backupArguments: [], inspectArguments: [],
	} as unknown as PodInput) as Pod;
	const job = sweepJob({
		image, backup: {metadata: {name: 'daily', namespace: 'neo4j', uid: '1'}}, spec: {location: {}}, storage: {},
	} as unknown as SweepJobInput);
	const sweep = (job.spec['template'] as {spec: Pod}).spec;
	const containers = [backup, sweep].flatMap(pod => [...pod.initContainers ?? [], ...pod.containers]);
	return containers.filter(container => container.image === image).map(({args}) => args[0]!);
};

/** Dynamic imports are not followed: what they load runs later. */
const reachable = (entry: string, modules: Metafile['inputs']): ReadonlySet<string> => {
	const reached = new Set<string>();
	const follow = [entry];
	for (let file = follow.pop(); file !== undefined; file = follow.pop()) {
		if (!reached.has(file)) {
			reached.add(file);
			follow.push(...(modules[file]?.imports ?? []).filter(({kind, external}) => kind !== 'dynamic-import' && !external).map(({path: next}) => next));
		}
	}

	return reached;
};

for (const name of services) {
	test(`${name}.mjs starts on its own, listens, and is ready`, async t => {
		const url = await started(t, name);
		const {status} = await fetch(`${url}/health/readiness`);
		t.is(status, 200);
	});
}

test('a file that is built for another API group asks the API server for that group', async t => {
	const asked: string[] = [];
	const server = createServer((request, response) => {
		asked.push(request.url!);
		response.writeHead(404).end();
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => {
		server.closeAllConnections();
		server.close();
	});

	const url = await started(t, 'schedule-tick', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
	await fetch(url, {
		method: 'POST',
		headers: {
			'ce-specversion': '1.0', 'ce-id': '1', 'ce-type': 'dev.knative.sources.ping', 'ce-source': '/apis/v1/namespaces/default/pingsources/heartbeat', 'content-type': 'application/json',
		},
		body: '{}',
	});
	t.true(asked.some(address => address.startsWith('/apis/backup.example.com/v1alpha1/neo4jbackups')), `it asked for ${asked.join(', ')}`);
});

/** The address of a function that runs as its container does: with its settings, and without the project's folder. */
const started = async (t: ExecutionContext, name: string, server = 'http://127.0.0.1:1'): Promise<string> => {
	const settings = await mkdtemp(path.join(tmpdir(), 'bundle-settings-'));
	const kubeconfig = path.join(settings, 'kubeconfig');
	await writeFile(kubeconfig, JSON.stringify(cluster(server)));
	const child = spawn(process.execPath, [`${name}.mjs`], {
		cwd: folder,
		env: {
			PORT: '0', IMAGE: 'registry.example.com/functions:1', K_SINK: 'http://127.0.0.1:1', KUBECONFIG: kubeconfig,
		},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	t.teardown(async () => {
		child.kill('SIGKILL');
		await rm(settings, {recursive: true});
	});
	const complaints = text(child.stderr);
	for await (const line of createInterface({input: child.stdout})) {
		const {msg, port} = JSON.parse(line) as {msg: string; port?: number};
		if (msg === 'listening') {
			return `http://127.0.0.1:${port}`;
		}
	}

	throw new Error(`${name} ended before it listened: ${await complaints}`);
};

const cluster = (server: string) => ({
	apiVersion: 'v1',
	kind: 'Config',
	'current-context': 'cluster',
	clusters: [{name: 'cluster', cluster: {server, 'insecure-skip-tls-verify': true}}],
	users: [{name: 'function', user: {}}],
	contexts: [{name: 'cluster', context: {cluster: 'cluster', user: 'function'}}],
});
