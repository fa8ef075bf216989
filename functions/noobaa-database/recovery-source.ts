import {companionsOf, type RememberedCluster} from './recovered-cluster.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {
	clusterNameOf, cnpgAnnotations, snapshotKind, type VolumeSnapshot,
} from '#shared/noobaa/objects.ts';

export type RecoverySource
	= | {readonly remembered: RememberedCluster}
		| {readonly problem: SourceProblem};

/** Why nothing can be recovered from it: for good, or not yet. */
export type SourceProblem = {readonly isFinal: boolean; readonly reason: string; readonly message: string};

type Named = {readonly namespace: string; readonly system: string; readonly snapshot: string};

/**
What a recovery would be made from, if it can be: the snapshot that `dbRecovery` names, those of the other volumes, and the Cluster that the snapshot remembers.
*/
export const readSource = async (kube: Pick<KubeClient, 'get'>, {namespace, system, snapshot}: Named): Promise<RecoverySource> => {
	const find = async (name: string) => kube.get<VolumeSnapshot>({...snapshotKind, namespace, name});
	const found = await find(snapshot);
	if (!found) {
		return final('SnapshotNotFound', `VolumeSnapshot ${snapshot} does not exist: name another in spec.dbSpec.dbRecovery.volumeSnapshotName; kubectl get volumesnapshots shows what there is`);
	}

	const remembered = parseManifest(found);
	if (!remembered) {
		return final('NoClusterManifest', `VolumeSnapshot ${snapshot} does not say what the Cluster was like: only one that CloudNativePG made, with the annotation ${cnpgAnnotations.clusterManifest}, can be recovered from`);
	}

	if (remembered.metadata.name !== clusterNameOf(system)) {
		return final('SnapshotOfAnotherCluster', `VolumeSnapshot ${snapshot} is of Cluster ${remembered.metadata.name}, and not of ${clusterNameOf(system)}`);
	}

	const {wal, tablespaces} = companionsOf(remembered, snapshot);
	const others = [...wal === undefined ? [] : [wal], ...tablespaces.map(([, name]) => name)];
	const all = [found];
	for (const name of others) {
		const companion = await find(name);
		if (!companion) {
			return final('SnapshotNotFound', `VolumeSnapshot ${name} does not exist, and without it ${snapshot} is not the whole database: name a snapshot of another backup`);
		}

		all.push(companion);
	}

	const unready = all.find(({metadata, status}) => status?.readyToUse !== true || metadata.deletionTimestamp !== undefined);
	return unready
		? {problem: {isFinal: false, reason: 'SnapshotNotReady', message: `VolumeSnapshot ${unready.metadata.name} is not ready yet${unready.status?.error?.message ? `: ${unready.status.error.message}` : ''}`}}
		: {remembered};
};

const final = (reason: string, message: string): RecoverySource => ({problem: {isFinal: true, reason, message}});

const parseManifest = ({metadata: {annotations}}: VolumeSnapshot): RememberedCluster | undefined => {
	try {
		const parsed = JSON.parse(annotations?.[cnpgAnnotations.clusterManifest] ?? '') as Partial<RememberedCluster>;
		return parsed.metadata?.name !== undefined && typeof parsed.spec === 'object' ? parsed as RememberedCluster : undefined;
	} catch {
		return undefined;
	}
};
