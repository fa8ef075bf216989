import {controllerReference, type Manifest} from '#shared/kube/object.ts';
import {
	clusterNameOf, cnpgApiVersions, snapshotKind, type CnpgApiVersion, type NooBaa,
} from '#shared/noobaa/objects.ts';

/**
A Cluster as a snapshot remembers it (`cnpg.io/clusterManifest`).
*/
export type RememberedCluster = Manifest & {
	readonly spec: Readonly<Record<string, unknown>> & {
		readonly walStorage?: unknown;
		readonly tablespaces?: ReadonlyArray<{readonly name: string}>;
		readonly bootstrap?: {readonly initdb?: {readonly secret?: unknown}; readonly recovery?: {readonly secret?: unknown}};
	};
};

type Companions = {readonly wal: string | undefined; readonly tablespaces: ReadonlyArray<readonly [tablespace: string, snapshot: string]>};

/**
The names of the snapshots that a Cluster is recovered from beside that of its data, by CloudNativePG's own rule for their names.
*/
export const companionsOf = ({spec}: RememberedCluster, snapshot: string): Companions => ({
	wal: spec.walStorage === undefined ? undefined : `${snapshot}-wal`,
	tablespaces: (spec.tablespaces ?? []).map(({name}) => [name, `${snapshot}-tbs-${name}`] as const),
});

type Origin = {readonly remembered: RememberedCluster; readonly snapshot: string; readonly apiVersion: CnpgApiVersion};

/**
The Cluster that takes the place of the one that was deleted: the same in everything but where its data come from. Annotations of CloudNativePG are left behind, because they tell of a moment: the snapshot of an offline backup remembers an instance that was fenced for it.
*/
export const recoveredCluster = (nooBaa: NooBaa, {remembered, snapshot, apiVersion}: Origin): Manifest => {
	const {metadata: {labels, annotations = {}}, spec} = remembered;
	const {wal, tablespaces} = companionsOf(remembered, snapshot);
	const secret = spec.bootstrap?.initdb?.secret ?? spec.bootstrap?.recovery?.secret;
	const kept = Object.entries(annotations).filter(([name]) => !/^(?:cnpg\.io|kubectl\.kubernetes\.io)\//v.test(name));
	return {
		apiVersion: cnpgApiVersions.find(version => version === remembered.apiVersion) ?? apiVersion,
		kind: 'Cluster',
		metadata: {
			name: clusterNameOf(nooBaa.metadata.name),
			namespace: nooBaa.metadata.namespace!,
			...(labels && {labels}),
			...(kept.length > 0 && {annotations: Object.fromEntries(kept)}),
			ownerReferences: [controllerReference(nooBaa)],
		},
		spec: {
			...spec,
			bootstrap: {
				recovery: {
					database: 'nbcore',
					owner: 'noobaa',
					...(secret !== undefined && {secret}),
					volumeSnapshots: {
						storage: sourceOf(snapshot),
						...(wal !== undefined && {walStorage: sourceOf(wal)}),
						...(tablespaces.length > 0 && {tablespaceStorage: Object.fromEntries(tablespaces.map(([name, of]) => [name, sourceOf(of)]))}),
					},
				},
			},
		},
	};
};

const sourceOf = (name: string) => ({apiGroup: snapshotKind.apiVersion.split('/')[0]!, kind: snapshotKind.kind, name});
