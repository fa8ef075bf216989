import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import {kustomize} from '../../knative/kustomize.ts';
import {withComponents} from '../../knative/with-components.ts';
import {ownEvents, type OwnEvent} from '../collected-events.ts';
import {startScenario, type Scenario, type ScenarioOptions} from '../scenario.ts';
import {parseManifests} from '#local/manifests.ts';
import {collect} from '#shared/kube/collect.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';
import {type CnpgApiVersion, type NooBaa} from '#shared/noobaa/objects.ts';

const definitions = path.join(import.meta.dirname, '../../e2e/install/crds');

export type System = Scenario & {
	readonly apiVersion: CnpgApiVersion;
	readonly list: <T extends KubeObject = KubeObject>(kind: 'Backup' | 'Cluster' | 'Event' | 'ScheduledBackup' | 'VolumeSnapshot') => Promise<readonly T[]>;
	readonly names: (kind: 'Backup' | 'Cluster' | 'ScheduledBackup' | 'VolumeSnapshot') => Promise<readonly string[]>;
	readonly nooBaa: (name?: string) => Promise<NooBaa>;
	/** Changes a NooBaa by a merge patch. */
	readonly change: (patch: Readonly<Record<string, unknown>>, name?: string) => Promise<void>;
	/** Reason and message of the Events on a NooBaa. */
	readonly told: (name?: string) => Promise<ReadonlyArray<{readonly reason: string; readonly type: string; readonly message: string}>>;
	readonly swept: () => readonly OwnEvent[];
};

export type SystemOptions = ScenarioOptions & {
	readonly apiVersion?: CnpgApiVersion;
	/** Groups of the CRDs that this cluster lacks. */
	readonly without?: readonly string[];
	/** NooBaa's CRD is of a release that has no backups. */
	readonly isOldNooBaa?: boolean;
};

/**
A cluster with NooBaa's kinds and the component for it, as `npm start` would run it. NooBaa's and CloudNativePG's controllers and the CSI driver cannot be had: tests do what they do, in `cnpg.ts`.
*/
export const startSystem = async (t: Pick<ExecutionContext, 'teardown'>, {apiVersion = 'postgresql.cnpg.noobaa.io/v1', without = [], isOldNooBaa = false, ...options}: SystemOptions = {}): Promise<System> => {
	const components = ['noobaa', ...apiVersion === 'postgresql.cnpg.io/v1' ? ['noobaa-cnpg-io'] : []];
	const kinds = await kindsOf(apiVersion, isOldNooBaa);
	const scenario = await startScenario(t, {
		runJobs: false,
		scansNooBaas: true,
		installation: [...kinds.filter(({metadata: {name}}) => !without.some(group => name.endsWith(group))), ...await kustomize(await withComponents(t, 'dev', components)) as readonly Manifest[]].filter(({kind}) => kind !== 'Namespace'),
		...options,
	});
	const {kube, settled} = scenario.runtime;
	const list = async <T extends KubeObject>(kind: string): Promise<readonly T[]> => {
		const version = kind === 'VolumeSnapshot' ? 'snapshot.storage.k8s.io/v1' : (kind === 'Event' ? 'v1' : apiVersion);
		return collect(kube.list<T>({apiVersion: version, kind, namespace: 'neo4j'}));
	};

	const reference = (name: string) => ({
		apiVersion: 'noobaa.io/v1alpha1', kind: 'NooBaa', namespace: 'neo4j', name,
	});
	return {
		...scenario,
		apiVersion,
		list,
		async names(kind) {
			const all = await list(kind);
			return all.map(({metadata}) => metadata.name).toSorted();
		},
		nooBaa: async (name = 'noobaa') => (await kube.get<NooBaa>(reference(name)))!,
		async change(patch, name = 'noobaa') {
			await kube.patch(reference(name), patch);
			await settled();
		},
		async told(name = 'noobaa') {
			const events = await list<KubeObject & {reason: string; type: string; message: string; involvedObject: {kind: string; name: string}}>('Event');
			return events.filter(({involvedObject}) => involvedObject.kind === 'NooBaa' && involvedObject.name === name).map(({reason, type, message}) => ({reason, type, message}));
		},
		swept: () => ownEvents(scenario, 'com.neo4j.snapshot.swept.v1'),
	};
};

/**
The CRDs of NooBaa, CloudNativePG and VolumeSnapshots, as their projects publish them.
*/
export const kindsOf = async (apiVersion: CnpgApiVersion, isOldNooBaa = false): Promise<readonly Manifest[]> => {
	const texts = await Promise.all(['noobaas', 'cnpg-clusters', 'cnpg-backups', 'cnpg-scheduledbackups', 'volumesnapshots'].map(async name => readFile(path.join(definitions, `${name}.yaml`), 'utf8')));
	// NooBaa's operator does the same to CloudNativePG's manifests.
	return texts.flatMap(text => parseManifests((isOldNooBaa ? text.replaceAll(/\b(?:dbBackup|dbRecovery|backupStatus|recoveryStatus):/gv, 'other$&') : text).replaceAll('postgresql.cnpg.io', apiVersion.split('/')[0]!)));
};

const managed: Readonly<Record<string, string>> = {'neo4j.com/manage-backups': 'true'};

/**
The reference document's example, of a NooBaa whose operator makes no backups itself.
*/
export const nooBaaManifest = (dbSpec: Readonly<Record<string, unknown>> = backedUp(12), name = 'noobaa', annotations = managed): Manifest => ({
	apiVersion: 'noobaa.io/v1alpha1', kind: 'NooBaa', metadata: {name, annotations}, spec: {dbSpec},
});

export const backedUp = (maxSnapshots: number, schedule = '0 0 1 * *') => ({dbBackup: {schedule, volumeSnapshot: {volumeSnapshotClass: 'csi-snapshotter', maxSnapshots}}});
