/**
`npm run e2e`: the suites on a real Kubernetes node and real object stores. See `--help`.
*/
import {
	access, mkdir, mkdtemp, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {KubeConfig} from '@kubernetes/client-node';
import {avaCommand, runAva} from '../../scripts/run-ava.ts';
import {prepareChromium} from './browser/chromium.ts';
import {encryptionTools} from './encryption-tools.ts';
import {prepareStores} from './stores/prepare.ts';
import {findCluster, type Cluster} from './cluster/cluster.ts';
import {findLeftovers} from './cluster/leftovers.ts';
import {checkout, ownCluster} from './cluster/own-cluster.ts';
import {startCluster} from './cluster/start.ts';
import {isScenario, representative, scenarioFiles} from './scenarios/files.ts';
import {runScenarios} from './scenarios/run.ts';
import {objectsOn, remains} from './remains.ts';
import {environmentOfSuites} from './suite-environment.ts';
import {readManifests} from '#local/manifests.ts';
import {createKubeClient, type KubeClient} from '#shared/kube/client.ts';
import {toError} from '#shared/errors.ts';

const help = `npm run e2e [-- OPTIONS] [FILE …]

Runs the suites of test/e2e/suites on a real Kubernetes node: on this checkout's cluster if it
is up (npm run cluster), and it stays up; otherwise on one that is started for them, and is
gone at the end, also after Ctrl-C or a kill. Suites called stores-…, encryption-tools,
plan-page and stopped need no cluster. Without FILE it runs all suites, then a part of the scenarios of
npm test and npm run system, and leaves the results in .results for npm run contract.

A FILE of test/functions, test/system or test/cli is one of scenarios: it runs, unchanged, on a real
API server with etcd and the real garbage collector, which is started for it. Neither a
cluster nor root has to be there.

  -m TITLE           only the tests of that title, with * for anything; may be repeated
  --kubeconfig FILE  another cluster, by its current context; nothing is started
  --scenarios        all scenarios, and nothing else
  --keep             leave the cluster up that was started
  --help             this text
`;

const results = path.join(checkout, '.results');
const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {
		match: {
			type: 'string', short: 'm', multiple: true, default: [],
		}, kubeconfig: {type: 'string'}, scenarios: {type: 'boolean'}, keep: {type: 'boolean'}, help: {type: 'boolean'},
	},
});
const files = positionals.filter(file => !isScenario(file));
const settings = ownCluster();
const stopper = new AbortController();

const run = async (): Promise<number> => {
	if (values.help) {
		process.stdout.write(help);
		return 0;
	}

	const isOfScenarios = values.scenarios === true || (positionals.length > 0 && files.length === 0);
	const status = isOfScenarios ? 0 : await runAllSuites();
	const scenarios = isOfScenarios || positionals.length > files.length || (positionals.length === 0 && !values.kubeconfig);
	return scenarios && !stopper.signal.aborted ? Math.max(status, await runOnRealServers()) : status;
};

/** Those that were named, all, or the part that each run takes. */
const runOnRealServers = async (): Promise<number> => {
	const named = positionals.filter(file => isScenario(file));
	const chosen = named.length > 0 ? named : (values.scenarios ? await scenarioFiles() : representative);
	const {lines, closing, exitCode} = await runScenarios({filters: [...matching(), ...chosen], log: tell, signal: stopper.signal});
	if (named.length === 0 && values.match.length === 0 && !stopper.signal.aborted) {
		await keepResults('scenarios', lines);
	}

	atEnd = [atEnd, closing].filter(Boolean).join('\n');
	return stopper.signal.aborted ? 130 : exitCode;
};

const matching = (): readonly string[] => values.match.flatMap(title => ['--match', title]);

const keepResults = async (name: string, lines: readonly string[]): Promise<void> => {
	await mkdir(results, {recursive: true});
	await writeFile(path.join(results, `${name}.tap`), `${lines.join('\n')}\n`);
};

const runAllSuites = async (): Promise<number> => {
	await Promise.all([prepareStores(), encryptionTools(), ...(files.length === 0 || files.some(file => looksAtPages(file)) ? [prepareChromium()] : [])]);
	if (files.length > 0 && files.every(file => needsNoCluster(file))) {
		return runSuites();
	}

	if (values.kubeconfig) {
		const kubeconfig = path.resolve(values.kubeconfig);
		await access(kubeconfig);
		return runSuites(kubeconfig);
	}

	const running = await findCluster(settings);
	return running ? runSuites(running) : onClusterOfItsOwn();
};

const looksAtPages = (file: string): boolean => /^(?:plan-page|stopped)/v.test(path.basename(file));

/** These suites start servers, tools or clusters of their own. */
const needsNoCluster = (file: string): boolean => /^(?:stores-|encryption-tools|plan-page|stopped)/v.test(path.basename(file));

const onClusterOfItsOwn = async (): Promise<number> => {
	const definitions = await readManifests(path.join(checkout, 'crds'));
	const cluster = await startUnlessStopped(async () => startCluster({settings, log: tell, definitions}));
	let status = 1;
	try {
		status = await runSuites(cluster);
	} finally {
		if (values.keep && !stopper.signal.aborted) {
			cluster.release();
			console.log(`The cluster stays up: export KUBECONFIG=${cluster.kubeconfig}`);
		} else {
			await stop(cluster, status);
		}
	}

	return status;
};

/** A cluster that is on its way up goes down with this process. */
const startUnlessStopped = async <T>(start: () => Promise<T>): Promise<T> => {
	const leave = (): void => {
		process.exit(130); // eslint-disable-line unicorn/no-process-exit -- nothing here can be waited for
	};

	stopper.signal.addEventListener('abort', leave);
	const started = await start();
	stopper.signal.removeEventListener('abort', leave);
	return started;
};

/** What the node's programs said is worth a look only after a failure. */
const stop = async (cluster: Cluster, status: number): Promise<void> => {
	const logsTo = path.join(results, 'e2e-logs');
	await rm(logsTo, {recursive: true, force: true});
	await cluster.stop(status === 0 ? {} : {logsTo});
	const left = Object.values(await findLeftovers(settings)).flat();
	if (left.length > 0) {
		throw new Error(`The cluster is gone and has left behind: ${left.join(', ')}.`);
	}

	if (status !== 0) {
		console.log(`The logs of the node's programs are in ${logsTo}.`);
	}
};

const runSuites = async (where?: Cluster | string): Promise<number> => {
	const filters = [...matching(), ...files];
	// What one suite does to the cluster is no matter of another's.
	const ava = avaCommand(['--config', 'e2e.config.js', '--concurrency', '1', '--serial', ...filters]);
	const isWhole = filters.length === 0;
	const kube = isWhole && where !== undefined ? clientOf(where) : undefined;
	const before = kube && await objectsOn(kube);
	const {command, environment, endsWithInput} = await surroundings(ava, where);
	const {lines, closing, exitCode} = await runAva(command, {
		cwd: pathToFileURL(checkout), env: {...process.env, ...environment}, signal: stopper.signal, endsWithInput,
	});
	if (isWhole && !stopper.signal.aborted) {
		await keepResults('e2e', lines);
	}

	// Last of all that is printed, after the cluster is gone.
	atEnd = closing;
	if (stopper.signal.aborted) {
		return 130;
	}

	const left = kube && before ? await remains(kube, before) : [];
	if (left.length > 0) {
		console.error(`The suites left on the cluster: ${left.join(', ')}`);
	}

	return left.length > 0 ? 1 : exitCode;
};

/** On a cluster of ours everything ends with it, temporary files too; elsewhere a guard sees to that. */
const surroundings = async (ava: readonly [string, ...string[]], where?: Cluster | string) => {
	if (typeof where === 'object') {
		return {command: where.inside(ava), environment: environmentOfSuites(where), endsWithInput: false};
	}

	const temporary = await mkdtemp(path.join(tmpdir(), 'e2e-'));
	return {
		command: [process.execPath, path.join(import.meta.dirname, 'stores/guard.ts'), temporary, ...ava] as const,
		environment: {...where !== undefined && environmentOfSuites(where), TMPDIR: temporary},
		endsWithInput: true,
	};
};

const clientOf = (where: Cluster | string): KubeClient => {
	const kubeConfig = new KubeConfig();
	kubeConfig.loadFromFile(typeof where === 'string' ? where : where.kubeconfig);
	return createKubeClient(kubeConfig);
};

let atEnd = '';

const tell = (line: string): void => {
	console.log(`${new Date().toISOString().slice(11, 19)}  ${line}`);
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => {
		stopper.abort();
	});
}

try {
	process.exitCode = await run();
} catch (error) {
	console.error(toError(error).message);
	process.exitCode = 1;
}

if (atEnd) {
	console.log(atEnd);
}
