import {
	mkdtemp, readdir, readFile, rm,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import {startTestApi} from './api-server.ts';
import {applyManifests} from '#local/manifests.ts';
import {embeddedFunctions} from '#local/functions.ts';
import {applyTarget, backupAddresses, type TargetOptions} from '#local/neo4j/target.ts';
import {dataFolderOf, serveServers, type ComesUp} from '#local/neo4j/serve-servers.ts';
import {startDbms, type RunningDbms} from '#local/neo4j/server.ts';
import {
	ownImage, startRuntime, type Runtime, type RuntimeOptions,
} from '#local/runtime.ts';
import {startS3, type S3Options, type S3Server} from '#local/stores/s3.ts';
import {silentLog} from '#shared/log.ts';
import {backupApiVersion} from '#shared/api/group.ts';
import {present} from '#shared/present.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';
import {type StoreEndpoints} from '#shared/runs/location.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

const travellingClock = path.join(import.meta.dirname, '../../local/stores/travelling-clock.ts');

export const bucket = 'neo4j-backups';
export const credentials = {accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY'};

/**
A clock that only goes on when a test says so, to the second.
*/
export const createClock = (start: string) => {
	let time = Date.parse(start);
	return {
		now: () => new Date(time),
		advance(milliseconds: number) {
			time += milliseconds;
		},
		set(to: string) {
			time = Date.parse(to);
		},
	};
};

export type Scenario = {
	readonly runtime: Runtime;
	readonly dbms: RunningDbms;
	readonly s3: S3Server;
	/** What the containers of all Pods have written so far, and their last words. */
	readonly logs: () => Promise<string>;
	readonly clock: ReturnType<typeof createClock>;
	readonly backup: (name: string) => Promise<Neo4jBackup>;
	/** Advances the clock to the next minutes one by one, with a heartbeat at each, and waits until all is quiet. */
	readonly minutes: (count: number) => Promise<void>;
	readonly apply: (...objects: readonly Manifest[]) => Promise<void>;
	/** Changes a Neo4jBackup by a merge patch, as `kubectl patch` and `kubectl annotate` do. */
	readonly edit: (name: string, patch: Readonly<Record<string, unknown>>) => Promise<void>;
	readonly jobs: () => Promise<readonly KubeObject[]>;
};

export type ScenarioOptions = Partial<Pick<RuntimeOptions, 'chaos' | 'mode' | 'fault' | 'onRequest' | 'localNow' | 'neo4jEnvironment' | 'runJobs' | 'delay' | 'installation' | 'log' | 'identity' | 'nodes'>> & {
	readonly start?: string;
	readonly target?: Partial<TargetOptions>;
	readonly databases?: readonly string[];
	/** Whether the target's servers are Pods: they answer only while these run, and what they hold lies on their claims, at `runtime.node.claimFolder`. */
	readonly pods?: boolean;
	/** When a server that is a Pod is up, by the name of the Pod; at once unless told. */
	readonly comesUp?: ComesUp;
	/** Where the DBMS answers, when its servers are not named by the target's operator. */
	readonly addresses?: {readonly backup: readonly string[]; readonly bolt: readonly string[]};
	/** The installation's own stores. */
	readonly endpoints?: (s3: S3Server) => StoreEndpoints;
	/** Azure's storage account of CRs that name none. */
	readonly storageAccount?: string;
	/** Whether the wall clocks of our own containers go with the clock of the test. */
	readonly podsTravel?: boolean;
	readonly graceMs?: number;
	/** Whether the component for NooBaa is installed. */
	readonly scansNooBaas?: boolean;
	/** Accounts of the object store beside the one of `awsSecret`. */
	readonly accounts?: S3Options['accounts'];
	/** Hears of each operation on the object store. */
	readonly onStore?: S3Options['onRequest'];
};

/**
The whole system with one ready target, one bucket and a clock of the test's own. Everything is gone when the test ends.
*/
export const startScenario = async (t: Pick<ExecutionContext, 'teardown'>, options: ScenarioOptions = {}): Promise<Scenario> => {
	const state = await mkdtemp(path.join(tmpdir(), 'scenario-'));
	const clock = createClock(options.start ?? '2026-11-20T01:58:30Z');
	const target: TargetOptions = {
		kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'production-cluster', servers: 3, version: '2025.12.0', password: 'a-long-password', ...options.target,
	};
	const dbms = await startDbms({
		servers: options.addresses?.backup ?? backupAddresses(target), version: target.version, databases: options.databases ?? ['neo4j', 'mydb'], password: target.password, boltAddresses: options.addresses?.bolt ?? [`${target.name}-client.${target.namespace}.svc.cluster.local:7687`], now: clock.now, ...present({dataFolder: options.pods ? dataFolderOf(target, state) : undefined}),
	});
	const s3 = await startS3({
		buckets: [bucket], credentials, directory: path.join(state, 's3'), now: clock.now, ...present({onRequest: options.onStore, accounts: options.accounts}),
	});
	t.teardown(async () => {
		await Promise.all([dbms.close(), s3.stop()]);
		await rm(state, {recursive: true, force: true});
	});
	const runtime = await startRuntime({
		...options,
		startApi: startTestApi,
		state,
		log: options.log ?? silentLog(),
		neo4jVersion: target.version,
		hosts: dbms.hosts,
		now: clock.now,
		manual: true,
		backoffScale: 0.001,
		functions: embeddedFunctions({
			image: ownImage, graceMs: options.graceMs ?? 10 * 60_000, hosts: dbms.hosts, ...present({
				endpoints: options.endpoints?.(s3), storageAccount: options.storageAccount, scansNooBaas: options.scansNooBaas,
			}),
		}),
		...(options.podsTravel && {ownEnvironment: () => ({NODE_OPTIONS: `--import ${travellingClock}`, FAKE_TIME: clock.now().toISOString()})}),
		...(options.pods && {servers: await serveServers(dbms, options.comesUp)}),
		neo4jEnvironment: () => ({FAKE_TIME: clock.now().toISOString(), ...options.neo4jEnvironment?.()}),
	});
	t.teardown(runtime.close);

	const {kube} = runtime;
	await applyManifests(kube, [{apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'neo4j'}}], 'neo4j');
	await applyTarget(kube, target);
	await applyManifests(kube, [awsSecret()], 'neo4j');
	await runtime.settled();
	return {
		runtime,
		dbms,
		s3,
		logs: async () => textBelow(path.join(state, 'node'), /^(?:logs|pods\/[^\/]+\/termination)\//v),
		clock,
		backup: async name => (await kube.get<Neo4jBackup>({
			apiVersion: backupApiVersion, kind: 'Neo4jBackup', namespace: 'neo4j', name,
		}))!,
		async minutes(count) {
			for (let minute = 0; minute < count; minute++) {
				clock.advance(60_000 - (clock.now().getTime() % 60_000));
				await runtime.eventing.tick(clock.now());
				await runtime.settled();
			}
		},
		async apply(...objects) {
			await applyManifests(kube, objects, 'neo4j');
			await runtime.settled();
		},
		async edit(name, patch) {
			await kube.patch({
				apiVersion: backupApiVersion, kind: 'Neo4jBackup', namespace: 'neo4j', name,
			}, patch);
			await runtime.settled();
		},
		async jobs() {
			const all: KubeObject[] = [];
			for await (const page of kube.list({apiVersion: 'batch/v1', kind: 'Job', namespace: 'neo4j'})) {
				all.push(...page);
			}

			return all;
		},
	};
};

/** The text of the files below a folder whose relative path fits. */
const textBelow = async (folder: string, pattern: RegExp): Promise<string> => {
	const entries = await readdir(folder, {recursive: true, withFileTypes: true});
	const files = entries.filter(entry => entry.isFile()).map(({parentPath, name}) => path.join(parentPath, name));
	const texts = await Promise.all(files.filter(file => pattern.test(path.relative(folder, file))).map(async file => readFile(file, 'utf8')));
	return texts.join('\n');
};

export const awsSecret = (): Manifest => ({
	apiVersion: 'v1',
	kind: 'Secret',
	metadata: {name: 'aws-backup-credentials'},
	stringData: {AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey, AWS_DEFAULT_REGION: 'us-east-1'},
});

/**
A backup of the whole cluster into the bucket, changed as a test needs it.
*/
export const backupManifest = (s3: S3Server, spec: Readonly<Record<string, unknown>> = {}, name = 'daily-cluster-backup'): Manifest => ({
	apiVersion: backupApiVersion,
	kind: 'Neo4jBackup',
	metadata: {name},
	spec: {
		target: {kind: 'Cluster', name: 'production-cluster'},
		storage: {
			type: 's3', bucket, path: 'daily/', cloud: {
				provider: 'aws', credentialsSecretRef: 'aws-backup-credentials', endpointURL: s3.endpoint, forcePathStyle: true,
			},
		},
		...spec,
	},
});

export {systemNamespace} from '#local/runtime.ts';
