import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {openSync} from 'node:fs';
import {
	copyFile, cp, mkdir, mkdtemp, readFile, rm, symlink,
} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {clusterMarker} from '../cluster/belongs.ts';
import {checkout, ownCluster} from '../cluster/own-cluster.ts';
import {clusterName, type ClusterSettings} from '../cluster/settings.ts';

/**
A checkout that nobody else uses, with a cluster, results and temporary files of its own, and an endless suite among its others.
*/
export type OwnCheckout = {
	readonly folder: string;
	readonly settings: ClusterSettings;
	/** What its programs write that is to be gone with them. */
	readonly temporary: string;
	/** There once the endless suite holds on to everything. */
	readonly ready: string;
	/** Runs a script of it with npm, as a person would in a terminal: in a group of processes of its own. */
	readonly npm: (...parameters: readonly string[]) => NpmRun;
	/** Removes what an earlier run is to leave: its results. */
	readonly forget: () => Promise<void>;
	readonly remove: () => Promise<void>;
};

export type NpmRun = {
	readonly child: ChildProcess & {readonly pid: number};
	readonly ended: Promise<unknown>;
	/** What it has printed so far. */
	readonly output: () => Promise<string>;
};

/** What is not in a fresh checkout. */
const leftOut = new Set(['.git', '.results', 'node_modules', 'dist']);

/** What speaks of another cluster. */
const ofOtherCluster = new Set(['KUBECONFIG', 'NEO4J_BACKUP_E2E']);

/**
Makes such a checkout from this one.
*/
export const makeCheckout = async (): Promise<OwnCheckout> => {
	// Not in the temporary folder: the path of a browser's socket would get too long.
	const root = await mkdtemp('/tmp/stopped-');
	const folder = path.join(root, 'checkout');
	const temporary = path.join(root, 'tmp');
	const ready = path.join(root, 'ready');
	await mkdir(temporary);
	// With its times: what is installed would else look older than its list.
	await cp(checkout, folder, {recursive: true, preserveTimestamps: true, filter: source => path.dirname(source) !== checkout || !leftOut.has(path.basename(source))});
	await symlink(path.join(checkout, 'node_modules'), path.join(folder, 'node_modules'));
	for (const name of ['endless', 'stores-endless']) {
		await copyFile(path.join(folder, 'test/e2e/stopped/endless.ts'), path.join(folder, `test/e2e/suites/${name}.test.ts`));
	}

	const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofOtherCluster.has(name) && !name.startsWith('npm_')));
	const settings = ownCluster(clusterName(folder));
	const guard = startGuard(settings, root);
	let runs = 0;
	return {
		folder,
		settings,
		temporary,
		ready,
		npm(...parameters) {
			const file = path.join(root, `output-${++runs}`);
			const log = openSync(file, 'w');
			const child = spawn('npm', parameters, {
				cwd: folder, detached: true, stdio: ['ignore', log, log], env: {
					// Npm has one in the temporary folder, which is its own affair.
					...inherited, TMPDIR: temporary, ENDLESS_READY: ready, NODE_DISABLE_COMPILE_CACHE: '1',
				},
			}) as NpmRun['child'];
			return {child, ended: once(child, 'exit'), output: async () => readFile(file, 'utf8')};
		},
		async forget() {
			for (const result of [ready, path.join(folder, '.results')]) {
				await rm(result, {recursive: true, force: true});
			}
		},
		async remove() {
			guard.stdin.end();
			await once(guard, 'exit');
		},
	};
};

/** Ends the cluster, whatever there is of it, and removes the checkout when this process ends, however it does: the checkout's own keeper may have been told to outlive everything. */
const startGuard = ({name}: ClusterSettings, root: string) => {
	const {[clusterMarker]: _, ...environment} = process.env;
	return spawn('sh', ['-c', 'cat > /dev/null; "$1" "$2" down --name "$3"; rm -rf "$4"', 'guard', process.execPath, path.join(import.meta.dirname, '../cluster/main.ts'), name, root], {
		detached: true, stdio: ['pipe', 'ignore', 'inherit'], env: environment,
	});
};
