import {spawn, type ChildProcess} from 'node:child_process';
import {openSync} from 'node:fs';
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {clusterMarker} from './belongs.ts';
import {buildBinaries, isBuilt} from './build.ts';
import {writeCertificates} from './certificates.ts';
import {makeCgroups} from './cgroups.ts';
import {awaitBox, findCluster, type Cluster} from './cluster.ts';
import {renderConfiguration} from './configuration.ts';
import {holdFixedFolders} from './fixed-folders.ts';
import {removeLeftovers} from './leftovers.ts';
import {withLock} from './lock.ts';
import {prepareMachine} from './machine.ts';
import {type Order} from './order.ts';
import {places, type ClusterSettings} from './settings.ts';
import {type Manifest} from '#shared/kube/object.ts';

export type StartOptions = {
	readonly settings: ClusterSettings;
	/** Gets a line about each step that takes a while. */
	readonly log: (line: string) => void;
	/** CRDs, which are applied before the controllers start: the garbage collector would learn of later ones half a minute late. */
	readonly definitions?: readonly Manifest[];
};

/** A cluster that ends with the process that started it, unless it is released. */
export type StartedCluster = Cluster & {readonly release: () => void};

/**
Starts a cluster: builds and installs what is missing on this machine, removes what an earlier one left behind, and waits until its node takes pods. It ends with this process, however that ends.
*/
export const startCluster = async ({settings, log, definitions = []}: StartOptions): Promise<StartedCluster> => {
	const machine = await prepareMachine(await isBuilt(settings.binaries), log);
	const binaries = await buildBinaries(settings.binaries, log);
	const programs = {...binaries.programs, ...machine.programs, kubectl: binaries.programs['kubectl']} as unknown as Order['programs'];
	const order: Order = {settings, programs, pauseArchive: binaries.pauseArchive};

	return withLock(lockOf(settings), log, async () => {
		if (await findCluster(settings)) {
			throw new Error(`The cluster ${settings.name} is up already: npm run cluster -- down ends it.`);
		}

		const started = Date.now();
		await removeLeftovers(settings);
		await writeState(order, {runc: machine.programs['runc']!, networkPlugins: machine.networkPlugins}, definitions);
		await makeCgroups(settings);
		await holdFixedFolders(settings);
		const keeper = startKeeper(settings);
		const cluster = await awaitBox(settings, keeper).catch(async (error: unknown) => {
			await removeLeftovers(settings);
			throw error;
		});
		log(`the node is ready after ${((Date.now() - started) / 1000).toFixed(1)} s`);
		return {
			...cluster,
			release() {
				keeper.stdin!.end('released');
			},
		};
	});
};

/**
Where starts and ends of one cluster wait for each other.
*/
export const lockOf = ({binaries, name}: ClusterSettings): string => path.join(path.dirname(binaries), 'locks', name);

const writeState = async (order: Order, host: Parameters<typeof renderConfiguration>[1], definitions: readonly Manifest[]): Promise<void> => {
	const {settings} = order;
	const where = places(settings);
	await mkdir(settings.state, {recursive: true, mode: 0o700});
	for (const folder of [where.logs, where.temporary, path.join(where.configuration, 'network')]) {
		await mkdir(folder, {recursive: true});
	}

	for (const [name, text] of Object.entries(renderConfiguration(settings, host))) {
		await writeFile(path.join(where.configuration, name), text);
	}

	if (definitions.length > 0) {
		await writeFile(where.definitions, JSON.stringify({apiVersion: 'v1', kind: 'List', items: definitions}));
	}

	await writeCertificates(settings);
	await writeFile(where.order, JSON.stringify(order));
};

/** It has a session of its own, so that Ctrl-C in a terminal is no matter of its. */
const startKeeper = (settings: ClusterSettings): ChildProcess => {
	const log = openSync(path.join(places(settings).logs, 'keeper.log'), 'a');
	const keeper = spawn(process.execPath, [path.join(import.meta.dirname, 'keeper.ts'), places(settings).order], {
		detached: true, stdio: ['pipe', log, log], env: {...process.env, [clusterMarker]: settings.state},
	});
	keeper.unref();
	(keeper.stdin as unknown as {unref: () => void}).unref();
	return keeper;
};
