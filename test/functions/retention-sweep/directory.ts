import {Buffer} from 'node:buffer';
import {request} from 'node:http';
import {type ExecutionContext} from 'ava';
import {artifact, at, manifest} from '../../shared/catalogue/history.ts';
import {createHandle} from '../../../functions/retention-sweep/handle.ts';
import {fakeKube, type FakeKube} from './fake-kube.ts';
import {claimDirectory} from '#shared/catalogue/owner.ts';
import {type ManifestArtifact, type Owner, type RunManifest} from '#shared/catalogue/manifest.ts';
import {writeManifest} from '#shared/catalogue/write.ts';
import {type OutgoingEvent} from '#shared/events/emit.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {silentLog} from '#shared/log.ts';
import {type BackupSpec, type BackupStatus, type Neo4jBackup} from '#shared/runs/status.ts';
import {openStore} from '#shared/stores/open.ts';
import {type Store} from '#shared/stores/store.ts';
import {listen} from '#local/stores/listen.ts';
import {startS3, type S3Server} from '#local/stores/s3.ts';

const bucket = 'backups';
const credentials = {accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY'};
const secret = {AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey, AWS_DEFAULT_REGION: 'us-east-1'};

export const owner: Owner = {cluster: 'uid-of-kube-system', namespace: 'n', name: 'daily'};

/**
One Neo4jBackup with its bucket, seen as a user sees it: the CR, its status and Events, and the files.
*/
export type Directory = {
	readonly kube: FakeKube;
	readonly s3: S3Server;
	readonly store: Store;
	readonly emitted: OutgoingEvent[];
	/** Days since the first of January 2026. */
	today: number;
	/** The wall clock of the function is so many days ahead. */
	skew: number;
	/** Milliseconds on the function's own clock, which stands still by itself. */
	elapsed: number;
	/** Called as the store is asked for anything. */
	asked?: () => void;
	readonly run: (days: number, artifacts: readonly ManifestArtifact[], change?: Partial<RunManifest>) => Promise<void>;
	/** Sends the event that asks for a sweep. */
	readonly sweep: (disturbed?: KubeClient) => Promise<BackupStatus>;
	/** Sweeps, lets the grace pass, and sweeps again. */
	readonly sweepTwice: () => Promise<BackupStatus>;
	readonly change: (retention: BackupSpec['retention']) => void;
	/** Names of the files beside the catalogue, at the place of the CR. */
	readonly files: () => readonly string[];
	/** All keys of the bucket. */
	readonly keys: () => readonly string[];
};

export const startDirectory = async (t: ExecutionContext, retention: BackupSpec['retention'], {spec = {}, status = {}}: {spec?: Partial<BackupSpec>; status?: BackupStatus} = {}): Promise<Directory> => {
	const clock = {today: 0};
	const now = () => at(clock.today);
	const s3 = await startS3({buckets: [bucket], credentials, now});
	const proxy = await startDatedProxy(s3.endpoint, () => {
		directory.asked?.();
		return now();
	});
	const store = await openStore({
		type: 's3', bucket, path: 'daily', endpointURL: proxy.url, forcePathStyle: true, region: 'us-east-1',
	}, secret);
	t.teardown(async () => {
		await store.close();
		await proxy.stop();
		await s3.stop();
	});
	const kube = fakeKube(objects({
		endpointURL: proxy.url, retention, spec, status,
	}), now);
	const emitted: OutgoingEvent[] = [];
	const directory: Directory = {
		kube,
		s3,
		store,
		emitted,
		get today() {
			return clock.today;
		},
		set today(days) {
			clock.today = days;
		},
		skew: 0,
		elapsed: 0,
		async run(days, artifacts, change) {
			clock.today = Math.max(clock.today, days);
			for (const {name, size} of artifacts) {
				await s3.put(bucket, `daily/${name}`, 'x'.repeat(size));
			}

			await writeManifest(store, manifest(days, artifacts, {owner, ...change}));
		},
		async sweep(disturbed = kube) {
			const handle = createHandle({
				kube: disturbed,
				log: silentLog(),
				config: {image: 'functions:test', graceMs: 600_000},
				localNow: () => at(clock.today + directory.skew),
				monotonic: () => directory.elapsed,
				emitter: {
					async emit(event) {
						emitted.push(event);
					},
				},
			});
			await handle(sweepRequest, {signal: new AbortController().signal, log: silentLog()});
			return kube.hasBackup() ? kube.backup().status! : {};
		},
		async sweepTwice() {
			await directory.sweep();
			clock.today += 1 / 24;
			return directory.sweep();
		},
		change(changed) {
			const backup = kube.backup();
			kube.write({...backup, metadata: {...backup.metadata, generation: backup.metadata.generation! + 1}, spec: {...backup.spec, ...(changed && {retention: changed})}} as Neo4jBackup);
		},
		files: () => s3.objects(bucket, 'daily/').map(({key}) => key.slice('daily/'.length)).filter(key => !key.startsWith('.')).toSorted(),
		keys: () => s3.objects(bucket).map(({key}) => key),
	};
	await claimDirectory(store, owner);
	return directory;
};

/** One FULL a day, from the first day on. */
export const dailyFulls = async (directory: Directory, days: number, database = 'neo4j'): Promise<void> => {
	for (let day = 1; day <= days; day++) {
		await directory.run(day, [artifact(day, {database})]);
	}
};

const sweepRequest = {
	id: 'event-1',
	source: '/test',
	type: 'com.neo4j.reconcile.requested.v1',
	specversion: '1.0' as const,
	extensions: {
		apiversion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', namespace: 'n', name: 'daily', handler: 'retention-sweep',
	},
	data: {},
};

const objects = ({endpointURL, retention, spec, status}: {endpointURL: string; retention: BackupSpec['retention']; spec: Partial<BackupSpec>; status: BackupStatus}) => [
	{apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'kube-system', uid: owner.cluster}},
	{apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'n', uid: 'uid-of-n'}},
	{
		apiVersion: 'v1', kind: 'Secret', metadata: {name: 'aws', namespace: 'n'}, data: Object.fromEntries(Object.entries(secret).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
	},
	{
		apiVersion: 'neo4j.neo4j.com/v1alpha1',
		kind: 'Neo4jBackup',
		metadata: {
			name: 'daily', namespace: 'n', uid: 'uid-of-daily', generation: 1, resourceVersion: '1',
		},
		spec: {
			target: {kind: 'Cluster', name: 'production'},
			storage: {
				type: 's3', bucket, path: 'daily/', cloud: {
					provider: 'aws', credentialsSecretRef: 'aws', endpointURL, forcePathStyle: true,
				},
			},
			...(retention && {retention}),
			...spec,
		},
		status,
	},
];

/** The store's clock is the `Date` header of its answers: this one tells the time of the test. */
const startDatedProxy = async (target: string, now: () => Date) => {
	const {hostname, port} = new URL(target);
	return listen((message, response) => {
		const outgoing = request({
			hostname, port, method: message.method, path: message.url, headers: message.headers, setHost: false,
		}, incoming => {
			response.writeHead(incoming.statusCode!, {...incoming.headers, date: now().toUTCString()});
			incoming.pipe(response);
		});
		message.pipe(outgoing);
	});
};
