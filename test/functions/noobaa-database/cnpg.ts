import {CronExpressionParser} from 'cron-parser';
import {type System} from './system.ts';
import {toTime} from '#shared/api/conditions.ts';
import {compactTime} from '#shared/api/names.ts';
import {type KubeObject, type Manifest, type Reference} from '#shared/kube/object.ts';
import {type ScheduledBackup} from '#shared/noobaa/objects.ts';

export type Taken = {
	/** The ScheduledBackup that made it; absent: a person did. */
	readonly by?: string;
	readonly system?: string;
	readonly hasWal?: boolean;
	/** How it ends; `running` for one that does not. */
	readonly phase?: 'completed' | 'failed' | 'running';
	readonly isReady?: boolean;
};

/**
The Cluster that NooBaa's operator makes.
*/
export const clusterManifest = ({apiVersion}: Pick<System, 'apiVersion'>, name = 'noobaa', spec: Readonly<Record<string, unknown>> = {}): Manifest => ({
	apiVersion,
	kind: 'Cluster',
	metadata: {name: `${name}-db-pg-cluster`, labels: {app: 'noobaa'}},
	spec: {
		instances: 2,
		imageName: 'quay.io/sclorg/postgresql-16-c9s:latest',
		inheritedMetadata: {labels: {app: 'noobaa'}},
		bootstrap: {initdb: {database: 'nbcore', owner: 'noobaa', localeCollate: 'C'}},
		postgresql: {parameters: {max_connections: '600'}},
		storage: {size: '50Gi', storageClass: 'standard'},
		...spec,
	},
});

/**
Does what CloudNativePG's controller and a CSI driver do for one backup: the Backup, the VolumeSnapshots of it with their labels and annotations, and the status of each, in the order in which they do it.
*/
export const takeBackup = async (system: System, name: string, taken: Taken = {}): Promise<void> => {
	const {runtime: {kube, settled}, clock, apiVersion} = system;
	const {by, system: owner = 'noobaa', hasWal = false, phase = 'completed', isReady = phase === 'completed'} = taken;
	const cluster = `${owner}-db-pg-cluster`;
	const at = toTime(clock.now());
	await kube.create({
		apiVersion,
		kind: 'Backup',
		metadata: {name, namespace: 'neo4j', labels: {'cnpg.io/cluster': cluster, ...(by && {'cnpg.io/scheduled-backup': by, 'cnpg.io/immediateBackup': 'false'})}},
		spec: {
			cluster: {name: cluster}, method: 'volumeSnapshot', online: false, target: 'prefer-standby',
		},
	} as KubeObject);
	const elements = [{name, type: 'PG_DATA'}, ...hasWal ? [{name: `${name}-wal`, type: 'PG_WAL'}] : []];
	const live = await kube.get<KubeObject>({
		apiVersion, kind: 'Cluster', namespace: 'neo4j', name: cluster,
	});
	for (const element of elements) {
		const snapshot = snapshotReference(element.name);
		await kube.create({
			...snapshot,
			metadata: {
				name: element.name,
				namespace: 'neo4j',
				labels: {'cnpg.io/cluster': cluster, 'cnpg.io/backupName': name, 'cnpg.io/backupDate': at.slice(0, 10).replaceAll('-', '')},
				annotations: {'cnpg.io/pvcRole': element.type, 'cnpg.io/instanceName': `${cluster}-2`, ...(live && {'cnpg.io/clusterManifest': JSON.stringify(live)})},
			},
			spec: {source: {persistentVolumeClaimName: `${cluster}-2${element.type === 'PG_WAL' ? '-wal' : ''}`}, volumeSnapshotClassName: 'csi-snapshotter'},
		} as KubeObject);
		await writeStatus(system, snapshot, {readyToUse: isReady, restoreSize: '50Gi', creationTime: at});
		if (phase === 'completed') {
			await kube.patch(snapshot, {metadata: {annotations: {'cnpg.io/backupStartTime': at, 'cnpg.io/backupEndTime': at}}});
		}
	}

	await writeStatus(system, {
		apiVersion, kind: 'Backup', namespace: 'neo4j', name,
	}, {
		phase, method: 'volumeSnapshot', startedAt: at, ...(phase === 'completed' && {stoppedAt: at, snapshotBackupStatus: {elements}}),
	});
	await settled();
};

/**
Backups of the schedule, one a day from a given day of January on.
*/
export const takeDaily = async (system: System, days: number, taken: Taken = {}): Promise<readonly string[]> => {
	const names: string[] = [];
	for (let day = 1; day <= days; day++) {
		system.clock.advance(24 * 60 * 60_000);
		const owner = taken.system ?? 'noobaa';
		const name = `${owner}-db-pg-cluster-backup-2026${String(day).padStart(4, '0')}`;
		await takeBackup(system, name, {by: `${owner}-db-pg-cluster-backup`, ...taken});
		names.push(name);
	}

	return names;
};

export const snapshotReference = (name: string): Reference => ({
	apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot', namespace: 'neo4j', name,
});

/**
Writes a status as the controller of the kind does.
*/
export const writeStatus = async ({runtime: {kube}}: System, reference: Reference, status: Readonly<Record<string, unknown>>): Promise<void> => {
	const object = await kube.get(reference);
	await kube.replaceStatus({...object!, status: {...(object as KubeObject & {status?: Record<string, unknown>}).status, ...status}} as KubeObject);
};

/**
Lets time go on until an instant, and does at each instant of each ScheduledBackup what CloudNativePG's controller does: reads the schedule with seconds first, and takes a backup that is named for the instant.
*/
export const runSchedules = async (system: System, until: string): Promise<void> => {
	for (;;) {
		const schedules = await system.list<ScheduledBackup>('ScheduledBackup');
		const due = schedules
			.filter(({spec}) => spec['suspend'] !== true)
			.map(({metadata: {name}, spec}) => ({name, at: CronExpressionParser.parse(spec['schedule'] as string, {tz: 'UTC', currentDate: system.clock.now(), strict: true}).next().toDate()}))
			.toSorted((one, other) => one.at.getTime() - other.at.getTime())[0];
		if (!due || due.at > new Date(until)) {
			system.clock.set(until);
			return;
		}

		system.clock.set(due.at.toISOString());
		await takeBackup(system, `${due.name}-${compactTime(due.at)}`, {by: due.name});
	}
};
