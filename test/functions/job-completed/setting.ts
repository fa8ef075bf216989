import type {ExecutionContext} from 'ava';
import {createHandle} from '../../../functions/job-completed/handle.ts';
import {backup, openRun, runID} from './objects.ts';
import {startCluster} from '#test/local/cluster.ts';
import {readManifests} from '#local/manifests.ts';
import {type Fault, type FaultRequest} from '#local/apiserver/http/fault.ts';
import {type OutgoingEvent} from '#shared/events/emit.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';
import {controllerReference, referenceOf, type KubeObject} from '#shared/kube/object.ts';
import {silentLog} from '#shared/log.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

export type Setting = {
	readonly job: KubeObject;
	readonly kube: KubeClient;
	/** Every event that the sink took. */
	readonly sent: OutgoingEvent[];
	readonly handle: (event: ReceivedEvent) => Promise<void>;
	readonly backup: () => Promise<Neo4jBackup>;
	readonly list: (apiVersion: string, kind: string) => Promise<KubeObject[]>;
	/** Requests of job-completed since the last time that this was asked. */
	readonly requests: () => readonly string[];
	/** What happens to each of its requests from now on, counted from 1, and to each event that it sends. */
	readonly disturb: (fault: {readonly request?: (count: number) => Fault | undefined; readonly emit?: (count: number) => 'before' | 'after' | undefined}) => void;
	readonly setNow: (time: string) => void;
};

export type Server = {
	/** The CR `daily` in a namespace of its own, whose run is under way as a Job, and the handler of job-completed over HTTP. */
	readonly begin: (namespace: string) => Promise<Setting>;
};

/**
An API server that knows Neo4jBackups.
*/
export const startServer = async (t: ExecutionContext): Promise<Server> => {
	let now = new Date();
	let fault: (request: FaultRequest) => Fault | undefined = () => undefined;
	const {client} = await startCluster(t, {now: () => now, fault: request => fault(request)});
	for (const manifest of await readManifests('crds/neo4jbackups.yaml')) {
		await client.create(manifest);
	}

	const kube = {...client, now: async () => now};
	return {
		async begin(namespace) {
			now = new Date('2026-11-20T02:06:00Z');
			await kube.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}});
			const setting = createSetting(kube, await createObjects(kube, namespace));
			return {
				...setting,
				setNow(time) {
					now = new Date(time);
				},
				async handle(event) {
					fault = setting.fault;
					try {
						await setting.handle(event);
					} finally {
						fault = () => undefined;
					}
				},
			};
		},
	};
};

/**
The same for a test that needs but one CR, in the namespace `neo4j`.
*/
export const startSetting = async (t: ExecutionContext): Promise<Setting> => {
	const server = await startServer(t);
	return server.begin('neo4j');
};

type Kube = Setting['kube'];

const createObjects = async (kube: Kube, namespace: string): Promise<{cr: Neo4jBackup; job: KubeObject}> => {
	const {apiVersion, kind, metadata: {name}, spec, status} = backup();
	const created = await kube.create<Neo4jBackup>({
		apiVersion, kind, metadata: {name, namespace}, spec,
	});
	const run = openRun();
	const job = await kube.create<KubeObject>({
		apiVersion: 'batch/v1',
		kind: 'Job',
		metadata: {
			name: run.jobName!, namespace, labels: {'neo4j.com/backup': name, 'neo4j.com/run': runID, 'app.kubernetes.io/component': 'backup'}, ownerReferences: [controllerReference(created)],
		},
		spec: {template: {spec: {restartPolicy: 'Never', containers: [{name: 'report', image: 'nobody-runs-this'}]}}},
	} as KubeObject);
	return {job, cr: await kube.replaceStatus({...created, status: {...status, history: [openRun({jobUID: job.metadata.uid!})]}})};
};

const createSetting = (kube: Kube, {cr, job}: {cr: Neo4jBackup; job: KubeObject}) => {
	let faults: Parameters<Setting['disturb']>[0] = {};
	let [count, emitted] = [0, 0];
	let log: string[] = [];
	const sent: OutgoingEvent[] = [];
	const handler = createHandle({
		kube,
		log: silentLog(),
		emitter: {
			async emit(event) {
				const fault = faults.emit?.(++emitted);
				if (fault !== 'before') {
					sent.push(event);
				}

				if (fault) {
					throw new Error('the sink did not answer');
				}
			},
		},
	});
	return {
		job,
		kube,
		sent,
		fault({method, path}: FaultRequest) {
			log.push(`${method} ${path.replace(/^\/apis?\//v, '')}`);
			return faults.request?.(++count);
		},
		handle: async (event: ReceivedEvent) => handler(event, {log: silentLog(), signal: new AbortController().signal}),
		backup: async () => (await kube.get<Neo4jBackup>(referenceOf(cr)))!,
		async list(apiVersion: string, kind: string) {
			const all: KubeObject[] = [];
			for await (const page of kube.list({apiVersion, kind, namespace: cr.metadata.namespace!})) {
				all.push(...page);
			}

			return all;
		},
		requests() {
			const before = log;
			log = [];
			return before;
		},
		disturb(next: typeof faults) {
			faults = next;
			[count, emitted] = [0, 0];
		},
	};
};

const event = (type: string, extensions: Readonly<Record<string, string>>, data: unknown): ReceivedEvent => ({
	id: '1', source: '/somewhere', type, specversion: '1.0', extensions, data,
});

const ownLabels = {'neo4j.com/backup': 'daily'};

/**
The event of an ApiServerSource for a change of a Job.
*/
export const changedJob = (labels: Readonly<Record<string, unknown>> = ownLabels, {namespace = 'neo4j', name = 'daily-backup-20261120020000', ...data}: Readonly<Record<string, unknown>> & {namespace?: string; name?: string} = {}): ReceivedEvent => event('dev.knative.apiserver.resource.update', {
	apiversion: 'batch/v1', kind: 'Job', namespace, name,
}, {
	apiVersion: 'batch/v1', kind: 'Job', metadata: {name, namespace, labels}, ...data,
});

/**
What the tick sends, or a person by hand.
*/
export const reconcileEvent = (attributes: Readonly<Record<string, string>> = {}): ReceivedEvent => event('com.neo4j.reconcile.requested.v1', {
	apiversion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', namespace: 'neo4j', name: 'daily', handler: 'job-completed', ...attributes,
}, {});
