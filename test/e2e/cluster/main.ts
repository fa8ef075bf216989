/**
`npm run cluster`: a real Kubernetes node for the suites and for trying. See `--help`.
*/
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {findCluster, stopCluster} from './cluster.ts';
import {findLeftovers} from './leftovers.ts';
import {withLock} from './lock.ts';
import {checkout, ownCluster} from './own-cluster.ts';
import {places} from './settings.ts';
import {lockOf, startCluster} from './start.ts';
import {readManifests} from '#local/manifests.ts';
import {toError} from '#shared/errors.ts';

const help = `npm run cluster -- COMMAND [OPTIONS]

A Kubernetes node from plain processes, etcd to kubelet and containerd, in namespaces of its
own without a way out. It needs Linux, root and Go; what else is missing comes from Debian's
packages. The first start builds everything, in about fifteen minutes; a later one takes ten
seconds.

  up           start it, with the project's CRDs
  down         end it and remove everything of it but the binaries
  status       what of it is there
  kubeconfig   print a kubeconfig for this machine: npm run -s cluster -- kubeconfig > FILE
  load FILE    give the node an image, as \`docker save\` writes it

  --name NAME  another than this checkout's own
  --help       this text
`;

const {values, positionals: [command, ...rest]} = parseArgs({allowPositionals: true, options: {name: {type: 'string'}, help: {type: 'boolean'}}});
const settings = ownCluster(values.name);

const up = async (): Promise<void> => {
	if (await findCluster(settings)) {
		console.log(`The cluster ${settings.name} is up already.`);
		introduce();
		return;
	}

	const cluster = await startCluster({settings, log: tell, definitions: await readManifests(path.join(checkout, 'crds'))});
	cluster.release();
	introduce();
};

const introduce = (): void => {
	console.log(`
  export KUBECONFIG=${places(settings).kubeconfig}
  kubectl get nodes

Logs are in ${places(settings).logs}. \`npm run cluster -- down\` ends it.`);
};

const down = async (): Promise<void> => {
	const found = await findLeftovers(settings);
	if (Object.values(found).every(({length}) => length === 0)) {
		console.log(`There is no cluster ${settings.name}.`);
		return;
	}

	const started = Date.now();
	await withLock(lockOf(settings), tell, async () => stopCluster(settings));
	console.log(`The cluster ${settings.name} is gone, after ${((Date.now() - started) / 1000).toFixed(1)} s.`);
};

const status = async (): Promise<void> => {
	const cluster = await findCluster(settings);
	if (cluster) {
		const {ready, components} = await cluster.state();
		console.log(`The cluster ${settings.name} is ${ready ? 'up' : 'starting'}.`);
		for (const [name, {running, restarts}] of Object.entries(components)) {
			console.log(`  ${name.padEnd(24)} ${running ? 'running' : 'not running'}${restarts > 0 ? `, started again ${restarts} times` : ''}`);
		}

		introduce();
		return;
	}

	process.exitCode = 1;
	const left = Object.entries(await findLeftovers(settings)).filter(([, found]) => found.length > 0);
	console.log(left.length === 0
		? `There is no cluster ${settings.name}.`
		: [`The cluster ${settings.name} has ended and left something behind, which \`npm run cluster -- down\` removes:`, ...left.map(([kind, found]) => `  ${kind}: ${found.join(', ')}`)].join('\n'));
};

const running = async () => {
	const cluster = await findCluster(settings);
	if (!cluster) {
		throw new Error(`There is no cluster ${settings.name}: npm run cluster -- up starts it.`);
	}

	return cluster;
};

const kubeconfig = async (): Promise<void> => {
	const cluster = await running();
	process.stdout.write(await readFile(cluster.kubeconfig, 'utf8'));
};

const load = async (): Promise<void> => {
	const [archive] = rest;
	if (!archive) {
		throw new Error('load needs the file of an image.');
	}

	const cluster = await running();
	await cluster.importImage(path.resolve(archive));
};

const tell = (line: string): void => {
	console.log(`${new Date().toISOString().slice(11, 19)}  ${line}`);
};

const commands: Readonly<Record<string, () => Promise<void>>> = {
	up, down, status, kubeconfig, load,
};

// Who reads only the beginning, as head does, has read enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code !== 'EPIPE') {
		throw error;
	}
});

const chosen = commands[command ?? ''];
if (values.help === true || !chosen) {
	process[values.help ? 'stdout' : 'stderr'].write(help);
	process.exitCode = values.help ? 0 : 1;
} else {
	try {
		await chosen();
	} catch (error) {
		console.error(toError(error).message);
		process.exitCode = 1;
	}
}
