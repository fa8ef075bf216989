import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import {createHandle} from '../../../functions/restore-bringup/handle.ts';
import {openDisk} from '#local/neo4j/disk.ts';
import {startDbms, type RunningDbms} from '#local/neo4j/server.ts';
import {applyTarget, backupAddresses, type TargetOptions} from '#local/neo4j/target.ts';
import {type Fault, type FaultRequest} from '#local/apiserver/http/fault.ts';
import {readManifests} from '#local/manifests.ts';
import {startCluster} from '#test/local/cluster.ts';
import {
	annotations, labels, releaseTargetFinalizer, restoreApiVersion,
} from '#shared/api/group.ts';
import {type OutgoingEvent} from '#shared/events/emit.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {controllerReference, referenceOf, type KubeObject} from '#shared/kube/object.ts';
import {silentLog} from '#shared/log.ts';
import {present} from '#shared/present.ts';
import {type StatefulSet} from '#shared/neo4j/target-object.ts';
import {type Neo4jRestore, type RestoreSpec, type RestoreStatus} from '#shared/restore/status.ts';

export type Setting = {
	readonly kube: KubeClient;
	readonly dbms: RunningDbms;
	/** Every event that the sink took. */
	readonly sent: OutgoingEvent[];
	readonly handle: (event: ReceivedEvent) => Promise<void>;
	/** What the scan sends, or a person by hand. */
	readonly nudge: () => Promise<void>;
	readonly restore: () => Promise<Neo4jRestore>;
	readonly isGone: () => Promise<boolean>;
	readonly status: () => Promise<RestoreStatus>;
	readonly statefulSet: () => Promise<StatefulSet>;
	readonly replicas: () => Promise<number | undefined>;
	/** Whether nothing says of the target any more that it is restored into. */
	readonly isReleased: () => Promise<boolean>;
	/** As the StatefulSet's controller would write it. */
	readonly setReady: (servers: number) => Promise<void>;
	readonly holder: () => Promise<KubeObject>;
	/** The Events of a reason, as texts. */
	readonly told: (reason?: string) => Promise<readonly string[]>;
	/** A Pod of the restore Job, in a phase. */
	readonly addPod: (phase: string) => Promise<KubeObject>;
	readonly list: (kind: 'Pod' | 'Job') => Promise<readonly KubeObject[]>;
	/** What changed anything over Bolt, in order. */
	readonly changes: () => readonly string[];
	/** Number of transactions of the database. */
	readonly transactions: () => number | undefined;
	/** Nudges and kills the function before or after one of its writes to the API server, counted from 1: nothing more of it gets through. Whether it came that far. */
	readonly nudgeAndKill: (write: number, how: 'before' | 'after') => Promise<boolean>;
	/** Minutes go by. */
	readonly advance: (minutes: number) => void;
	/** What happens from now on whenever the function waits a moment. */
	readonly meanwhile: (happening: () => Promise<void>) => void;
	/** Ends its Neo4j before the test is over. */
	readonly close: () => Promise<void>;
	/** Deletes the restore, which its finalizer holds. */
	readonly drop: () => Promise<void>;
};

export type Begin = {
	readonly target?: Partial<TargetOptions>;
	readonly spec?: Partial<RestoreSpec>;
	/** The status beside what every restore has at that step. */
	readonly status?: Partial<RestoreStatus>;
	/** Whether the target has the database; with more transactions than the backup. */
	readonly isThere?: boolean;
	/** Whether server 0's disk has the restored data; it has unless told. */
	readonly isRestored?: boolean;
};

export const databaseName = 'my-db';
const start = '2026-11-20T02:00:00Z';
/** Transactions in the backup and in the database before. */
export const [inBackup, before] = [9, 12] as const;

/**
The moment at which restore-bringup takes a restore over: the Job has ended, everything is stopped and held. What the restore was for is told by `given`.
*/
export const begin = async (t: ExecutionContext, given: Begin = {}): Promise<Setting> => {
	const server = await startServer(t);
	return server(given);
};

/**
The same as often as it is asked for, each time with another target, on one API server.
*/
export const startServer = async (t: ExecutionContext): Promise<(given?: Begin) => Promise<Setting>> => {
	let now = new Date(start);
	let number = 0;
	let fault: (request: FaultRequest) => Fault | undefined = () => undefined;
	const {client} = await startCluster(t, {now: () => now, fault: request => fault(request)});
	const kube = {...client, now: async () => now};
	for (const manifest of [...await readManifests('crds/neo4jrestores.yaml'), ...await readManifests('local/neo4j/crds.yaml')]) {
		await kube.create(manifest);
	}

	return async ({target: wanted, spec, status, isThere = true, isRestored = true} = {}) => {
		now = new Date(start);
		const target: TargetOptions = {
			kind: 'Neo4jEnterpriseCluster', namespace: `neo4j-${++number}`, name: 'graph', servers: 3, version: '2025.12.0', password: 'a-long-password', ...wanted,
		};
		await kube.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: target.namespace}});
		const {dbms, disk, close} = await startServers(target, isThere ? [databaseName] : []);
		t.teardown(close);
		if (isThere) {
			dbms.write(databaseName, before - dbms.find('my-db')!.transactions.length);
			dbms.stopDatabase(databaseName);
		}

		if (isRestored) {
			const transactions = Array.from({length: inBackup}, (_, index) => ({
				id: index + 1, time: start, bytes: 64, seed: 'restored',
			}));
			openDisk(disk).write(databaseName, {transactions, lowestLoggedTransaction: inBackup + 1, seed: 'restored'});
		}

		return settingOf({
			kube,
			dbms,
			close,
			...await createObjects(kube, target, {...present({spec, status}), isThere}),
			setFault(next) {
				fault = next;
			},
			advance(minutes) {
				now = new Date(now.getTime() + (minutes * 60_000));
			},
		});
	};
};

const startServers = async (target: TargetOptions, databases: readonly string[]): Promise<{readonly dbms: RunningDbms; readonly disk: string; readonly close: () => Promise<void>}> => {
	const root = await mkdtemp(path.join(tmpdir(), 'restore-bringup-'));
	const servers = backupAddresses(target);
	const folder = (address: string): string => path.join(root, String(servers.indexOf(address)));
	const dbms = await startDbms({
		servers, version: target.version, databases, password: target.password, boltAddresses: [`${target.name}-client.${target.namespace}.svc.cluster.local:7687`], now: () => new Date(start), dataFolder: folder,
	});
	let closed: Promise<void> | undefined;
	const close = async (): Promise<void> => {
		await dbms.close();
		await rm(root, {recursive: true});
	};

	return {
		dbms,
		disk: folder(servers[0]!),
		async close() {
			closed ??= close();
			await closed;
		},
	};
};

type Objects = {readonly cr: Neo4jRestore; readonly sts: StatefulSet; readonly target: KubeObject; readonly job: KubeObject};

const createObjects = async (kube: KubeClient, options: TargetOptions, {spec, status, isThere}: Pick<Begin, 'spec' | 'status' | 'isThere'>): Promise<Objects> => {
	const {kind, name, namespace, servers = 1} = options;
	const target = await applyTarget(kube, options);
	await kube.patch(referenceOf(target), {metadata: {annotations: {[annotations.restoreInProgress]: 'back'}}});
	const isStopped = spec?.stopCluster === true;
	const reference = {
		apiVersion: 'apps/v1', kind: 'StatefulSet', namespace, name: kind === 'Neo4jEnterpriseCluster' ? `${name}-server` : name,
	};
	await kube.patch(reference, isStopped ? {metadata: {labels: {[labels.restore]: 'back'}}, spec: {replicas: 0}} : {});
	const sts = (await kube.get<StatefulSet>(reference))!;
	await kube.replaceStatus({...sts, status: {replicas: isStopped ? 0 : servers, readyReplicas: isStopped ? 0 : servers}});
	const created = await kube.create<Neo4jRestore>({
		apiVersion: restoreApiVersion,
		kind: 'Neo4jRestore',
		metadata: {name: 'back', namespace, finalizers: [releaseTargetFinalizer]},
		spec: {
			clusterRef: name, databaseName, source: {type: 'storage', storage: {type: 'pvc', pvc: {name: 'backups'}}}, force: true, ...spec,
		},
	});
	const job = await createJob(kube, created);
	if (isStopped) {
		await kube.create({
			apiVersion: 'v1',
			kind: 'Pod',
			metadata: {name: `${sts.metadata.name}-0`, namespace, ownerReferences: [controllerReference(created)]},
			spec: {schedulingGates: [{name: 'neo4j.com/restore-in-progress'}], containers: [{name: 'placeholder', image: 'none'}]},
		} as KubeObject);
	}

	const cr = await kube.replaceStatus<Neo4jRestore>({
		...created,
		status: {
			phase: 'Running',
			step: 'Start',
			stepTime: start,
			startTime: '2026-11-20T01:50:00Z',
			jobUID: job.metadata.uid!,
			target: {
				kind, name, uid: target.metadata.uid!, version: options.version, statefulSet: sts.metadata.name, claim: `data-${sts.metadata.name}-0`, replicas: servers, databaseExists: isThere ?? true,
			},
			resolvedSource: {
				artifactCount: 1,
				bytes: 4096,
				artifacts: [{
					name: 'my-db-2026-11-19T02-00-10.backup', size: 4096, full: true, highestTx: inBackup,
				}],
			},
			conditions: [{
				type: 'ClusterStopped', status: isStopped ? 'True' : 'False', reason: isStopped ? 'ServersStopped' : 'NotRequested', message: 'as it was asked for', lastTransitionTime: start,
			}],
			...status,
		},
	});
	return {
		cr, sts, target, job,
	};
};

const createJob = async (kube: KubeClient, restore: Neo4jRestore): Promise<KubeObject> => {
	const job = await kube.create<KubeObject>({
		apiVersion: 'batch/v1',
		kind: 'Job',
		metadata: {
			name: 'back-restore', namespace: restore.metadata.namespace!, ownerReferences: [controllerReference(restore)], labels: {[labels.restore]: 'back'},
		},
		spec: {template: {spec: {restartPolicy: 'Never', containers: [{name: 'restore', image: 'nobody-runs-this'}]}}},
	} as KubeObject);
	return kube.replaceStatus({
		...job,
		status: {
			startTime: start, completionTime: start, succeeded: 1, conditions: ['SuccessCriteriaMet', 'Complete'].map(type => ({
				type, status: 'True', lastTransitionTime: start, reason: 'CompletionsReached', message: '',
			})),
		},
	} as KubeObject);
};

type Parts = Objects & {
	readonly kube: KubeClient;
	readonly dbms: RunningDbms;
	readonly close: () => Promise<void>;
	readonly setFault: (fault: (request: FaultRequest) => Fault | undefined) => void;
	readonly advance: (minutes: number) => void;
};

const settingOf = ({kube, dbms, cr, sts, target, job, close, setFault, advance}: Parts): Setting => {
	const sent: OutgoingEvent[] = [];
	let happening = async (): Promise<void> => undefined;
	const handler = createHandle({
		kube,
		log: silentLog(),
		localNow: () => new Date(start),
		pause: async () => happening(),
		boltAddress: uri => uri.replace(/(?<=^bolt:\/\/).*$/v, host => dbms.hosts()[host] ?? host),
		emitter: {
			async emit(event) {
				sent.push(event);
			},
		},
	});
	const {namespace} = cr.metadata as {readonly namespace: string};
	const handle = async (received: ReceivedEvent): Promise<void> => {
		await handler({...received, extensions: {namespace, ...received.extensions}}, {log: silentLog(), signal: new AbortController().signal});
	};

	const nudge = async (): Promise<void> => handle(event('com.neo4j.reconcile.requested.v1', {handler: 'restore-bringup'}));
	const list = async (kind: 'Pod' | 'Job' | 'Event'): Promise<KubeObject[]> => {
		const all: KubeObject[] = [];
		for await (const page of kube.list({apiVersion: kind === 'Job' ? 'batch/v1' : 'v1', kind, namespace})) {
			all.push(...page);
		}

		return all;
	};

	const restore = async (): Promise<Neo4jRestore> => (await kube.get<Neo4jRestore>(referenceOf(cr)))!;
	const statefulSet = async (): Promise<StatefulSet> => (await kube.get<StatefulSet>(referenceOf(sts)))!;
	const holder = async (): Promise<KubeObject> => (await kube.get(referenceOf(target)))!;

	return {
		kube,
		dbms,
		sent,
		handle,
		list,
		advance,
		meanwhile(next) {
			happening = next;
		},
		close,
		nudge,
		restore,
		async status() {
			const {status} = await restore();
			return status!;
		},
		isGone: async () => await kube.get(referenceOf(cr)) === undefined,
		statefulSet,
		async replicas() {
			const {spec} = await statefulSet();
			return spec?.replicas;
		},
		async isReleased() {
			const [{metadata: held}, {metadata: labelled}] = [await holder(), await statefulSet()];
			return held.annotations?.[annotations.restoreInProgress] === undefined && labelled.labels?.[labels.restore] === undefined;
		},
		async setReady(servers) {
			const current = await statefulSet();
			await kube.replaceStatus({...current, status: {replicas: servers, readyReplicas: servers}});
		},
		holder,
		async told(reason) {
			const events = await list('Event') as unknown as ReadonlyArray<{reason: string; message: string}>;
			return events.filter(told => reason === undefined || told.reason === reason).map(told => reason === undefined ? told.reason : told.message);
		},
		async addPod(phase) {
			const pod = await kube.create<KubeObject>({
				apiVersion: 'v1',
				kind: 'Pod',
				metadata: {
					name: 'back-restore-x7k2p', namespace, ownerReferences: [controllerReference(job)], labels: {'batch.kubernetes.io/job-name': 'back-restore'},
				},
				spec: {containers: [{name: 'restore', image: 'nobody-runs-this'}]},
			} as KubeObject);
			return kube.replaceStatus({...pod, status: {phase}} as KubeObject);
		},
		changes: () => dbms.statements().map(({query}) => query).filter(query => !query.startsWith('SHOW')),
		transactions: () => dbms.find('my-db')?.transactions.length,
		async nudgeAndKill(write, how) {
			let count = 0;
			setFault(({method}) => {
				const isKilled = count >= write;
				count += method === 'GET' ? 0 : 1;
				return isKilled || (count === write && how === 'before') ? {drop: true} : (count === write && method !== 'GET' ? {dropAfter: true} : undefined);
			});
			await nudge().catch(() => undefined);
			setFault(() => undefined);
			return count >= write;
		},
		async drop() {
			await kube.delete(referenceOf(cr));
		},
	};
};

/**
An event about the restore, in whatever namespace that is.
*/
export const event = (type: string, extensions: Readonly<Record<string, string>> = {}, data: unknown = {}): ReceivedEvent => ({
	id: '1',
	source: '/somewhere',
	type,
	specversion: '1.0',
	extensions: {
		apiversion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jRestore', name: 'back', ...extensions,
	},
	data,
});
