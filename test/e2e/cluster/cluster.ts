import {type ChildProcess} from 'node:child_process';
import {cp, readFile} from 'node:fs/promises';
import {once} from 'node:events';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {execute} from './execute.ts';
import {belongsToCluster, clusterMarker} from './belongs.ts';
import {type ComponentName} from './components.ts';
import {askControl} from './control.ts';
import {isThere} from './is-there.ts';
import {removeLeftovers} from './leftovers.ts';
import {readOrder, readRecord, type BoxState} from './order.ts';
import {addresses, places, type ClusterSettings} from './settings.ts';

/**
A running cluster: a real Kubernetes node, and what tests do to it that no client of it could.
*/
export type Cluster = {
	readonly settings: ClusterSettings;
	/** A file for this machine's processes: a port of the loopback leads to the API server. */
	readonly kubeconfig: string;
	/** A file for processes in the cluster's network namespace. */
	readonly insideKubeconfig: string;
	/** Pods reach what listens in the namespace by it. It means nothing outside. */
	readonly nodeAddress: string;
	readonly logs: string;
	/** The kubectl of the cluster's version. */
	readonly kubectl: string;
	readonly state: () => Promise<BoxState>;
	/** The command that runs another one in the cluster's network namespace. What runs there ends with the cluster. */
	readonly inside: (command: readonly string[]) => readonly [string, ...string[]];
	/** Gives the node an image, from a file as `docker save` writes it. */
	readonly importImage: (archive: string) => Promise<void>;
	/** Ends the API server and starts it again; resolves when it takes requests. */
	readonly restartApiServer: () => Promise<void>;
	/** Makes etcd forget history, and the API server with it: every resourceVersion from before is gone (410). */
	readonly forgetHistory: () => Promise<void>;
	readonly stopComponent: (name: ComponentName) => Promise<void>;
	readonly startComponent: (name: ComponentName) => Promise<void>;
	/** Freezes a program of the node: it keeps its connections and answers nothing. */
	readonly pauseComponent: (name: ComponentName) => Promise<void>;
	readonly resumeComponent: (name: ComponentName) => Promise<void>;
	/** Ends the cluster and removes everything of it, apart from the logs if it is said where they should go. */
	readonly stop: (options?: {readonly logsTo?: string}) => Promise<void>;
};

/**
The cluster of these settings, if it runs.
*/
export const findCluster = async (settings: ClusterSettings): Promise<Cluster | undefined> => {
	const record = await readRecord(settings);
	if (!record || !await isOf(settings, record.box)) {
		return undefined;
	}

	const where = places(settings);
	const {programs} = await readOrder(where.order);
	const ask = async (action: string): Promise<void> => {
		await askControl(where.controlSocket, action);
	};

	return {
		settings,
		kubeconfig: where.kubeconfig,
		insideKubeconfig: where.insideKubeconfig,
		nodeAddress: addresses.node,
		logs: where.logs,
		kubectl: programs.kubectl,
		state: async () => askControl<BoxState>(where.controlSocket),
		inside: command => ['env', `${clusterMarker}=${settings.state}`, 'nsenter', `--net=/proc/${record.box}/ns/net`, '--', ...command],
		async importImage(archive) {
			await execute(programs.ctr, ['-a', where.containerdSocket, '-n', 'k8s.io', 'images', 'import', archive]);
		},
		restartApiServer: async () => ask('restart-api-server'),
		forgetHistory: async () => ask('forget-history'),
		stopComponent: async name => ask(`stop/${name}`),
		startComponent: async name => ask(`start/${name}`),
		pauseComponent: async name => ask(`pause/${name}`),
		resumeComponent: async name => ask(`resume/${name}`),
		async stop({logsTo} = {}) {
			// Of a cluster whose keeper was killed there are none.
			if (logsTo && await isThere(where.logs)) {
				await cp(where.logs, logsTo, {recursive: true});
			}

			await stopCluster(settings);
		},
	};
};

/**
Ends whatever there is of a cluster, running or left behind, and removes it.
*/
export const stopCluster = async (settings: ClusterSettings): Promise<void> => {
	const record = await readRecord(settings);
	if (record && await isOf(settings, record.keeper)) {
		process.kill(record.keeper, 'SIGTERM');
		while (await isOf(settings, record.keeper)) {
			await delay(20);
		}
	}

	await removeLeftovers(settings);
};

/**
Waits for the box of a keeper that has just been started. Throws with what the box says of itself when it ends.
*/
export const awaitBox = async (settings: ClusterSettings, keeper: ChildProcess): Promise<Cluster> => {
	const ended = once(keeper, 'exit').then(() => true);
	while (!await Promise.race([ended, delay(50, false)])) {
		const state = await askControl<BoxState>(places(settings).controlSocket).catch(() => undefined);
		const cluster = state?.ready ? await findCluster(settings) : undefined;
		if (cluster) {
			return cluster;
		}
	}

	throw new Error(`The cluster did not start. ${await lastWords(settings)}`);
};

const lastWords = async (settings: ClusterSettings): Promise<string> => {
	const where = places(settings);
	for (const file of [where.failure, path.join(where.logs, 'box.log'), path.join(where.logs, 'keeper.log')]) {
		const text = await readFile(file, 'utf8').catch(() => '');
		if (text.trim()) {
			return text.trim().split('\n').slice(-10).join('\n');
		}
	}

	return '';
};

const isOf = async (settings: ClusterSettings, pid: number): Promise<boolean> => {
	try {
		return belongsToCluster(await readFile(`/proc/${pid}/environ`, 'utf8'), settings);
	} catch {
		return false;
	}
};
