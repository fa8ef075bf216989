import path from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {tellEvents} from './narrate.ts';
import {embeddedFunctions} from '#local/functions.ts';
import {applyManifests, readManifests} from '#local/manifests.ts';
import {dataFolderOf, serveServers} from '#local/neo4j/serve-servers.ts';
import {startDbms, type RunningDbms} from '#local/neo4j/server.ts';
import {applyTarget, backupAddresses, type TargetOptions} from '#local/neo4j/target.ts';
import {ownImage, startRuntime, type Runtime} from '#local/runtime.ts';
import {startS3} from '#local/stores/s3.ts';
import {annotations, backupApiVersion} from '#shared/api/group.ts';
import {eventTypes} from '#shared/events/catalogue.ts';
import {type Log} from '#shared/log.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

const root = path.join(import.meta.dirname, '../..');

const target: TargetOptions = {
	kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'production-cluster', servers: 3, version: '2025.12.0', password: 'stand-in-password',
};
const quickstart = {
	apiVersion: backupApiVersion, kind: 'Neo4jBackup', namespace: 'neo4j', name: 'quickstart',
};
const databases = ['neo4j', 'customers'];
const bucket = 'neo4j-backups';

/** What `examples/quickstart/credentials.yaml` holds. */
const credentials = {accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'};

/** An installation's settings, made short enough to watch. */
const graceMs = 10_000;

export type Tour = {
	readonly runtime: Runtime;
	readonly bucketFolder: string;
	readonly objectStore: string;
	/** Resolves once a scheduled backup has succeeded and a sweep has deleted a chain. */
	readonly finished: (signal: AbortSignal) => Promise<void>;
	readonly close: () => Promise<void>;
};

/**
Starts the embedded runtime with a cluster, a bucket and the manifests of `examples/quickstart`. `tell` gets each line for the person who watches.
*/
export const startTour = async ({state, log, tell}: {state: string; log: Log; tell: (line: string) => void}): Promise<Tour> => {
	const dbms = await startDbms({
		servers: backupAddresses(target), version: target.version, databases, password: target.password, boltAddresses: ['production-cluster-client.neo4j.svc.cluster.local:7687'],
		dataFolder: dataFolderOf(target, state),
	});
	const store = await startS3({buckets: [bucket], credentials, directory: path.join(state, 'object-store')});
	const runtime = await startRuntime({
		state,
		log,
		neo4jVersion: target.version,
		hosts: dbms.hosts,
		servers: await serveServers(dbms),
		functions: embeddedFunctions({
			image: ownImage, graceMs, hosts: dbms.hosts, endpoints: {s3: store.endpoint},
		}),
	});
	await applyManifests(runtime.kube, [{apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'neo4j'}}], 'neo4j');
	await applyTarget(runtime.kube, target);
	await applyManifests(runtime.kube, await readManifests(path.join(root, 'examples/quickstart')), 'neo4j');
	const stopper = new AbortController();
	void tellEvents(runtime.eventing, tell, stopper.signal);
	void keepWriting(dbms, stopper.signal);
	return {
		runtime,
		bucketFolder: path.join(store.directory, bucket),
		objectStore: store.endpoint,
		finished: async signal => drive(runtime, tell, signal),
		async close() {
			stopper.abort();
			await runtime.close();
			await dbms.close();
			await store.stop();
		},
	};
};

/** A graph that nobody writes to would give empty differential backups. */
const keepWriting = async (dbms: RunningDbms, signal: AbortSignal): Promise<void> => {
	while (!signal.aborted) {
		// What is stopped, to be restored perhaps, takes no writes.
		for (const {name} of dbms.databases().filter(({name, state}) => databases.includes(name) && state === 'online')) {
			dbms.write(name, 3);
		}

		await pause(1000, signal);
	}
};

const pause = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
	await wait(milliseconds, undefined, {signal}).catch(() => undefined);
};

/**
Waits for the schedule, asks for further runs by the annotation `run-now` so that nobody has to wait for many minutes, and ends when a chain has been deleted.
*/
const drive = async (runtime: Runtime, tell: (line: string) => void, signal: AbortSignal): Promise<void> => {
	let token = 1;
	while (!signal.aborted && !hasDeleted(runtime)) {
		const backup = await runtime.kube.get<Neo4jBackup>(quickstart);
		const history = backup?.status?.history ?? [];
		const idle = history.length > 0 && history.every(({status}) => status !== 'Running');
		if (idle && isTimeForMore(history) && token <= 12) {
			tell(`asking   for one more run: kubectl annotate neo4jbackup quickstart -n neo4j --overwrite ${annotations.runNow}="$(date +%s)"`);
			await runtime.kube.patch(quickstart, {metadata: {annotations: {[annotations.runNow]: `tour-${token}`}}});
			token++;
			await pause(3000, signal);
		}

		await pause(500, signal);
	}
};

type Run = NonNullable<NonNullable<Neo4jBackup['status']>['history']>[number];

/** Ten seconds after the last run, and not right before the schedule's next minute. */
const isTimeForMore = ([newest]: readonly Run[]): boolean => {
	const now = Date.now();
	return now - Date.parse(newest?.completionTime ?? '') > graceMs + 2000 && now % 60_000 < 50_000;
};

const hasDeleted = ({eventing}: Runtime): boolean => eventing.events().some(({event}) =>
	event.attributes['type'] === eventTypes.retentionSwept && (JSON.parse(new TextDecoder().decode(event.data)) as {deleted: readonly unknown[]}).deleted.length > 0);
