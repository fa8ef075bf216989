import {mountedClaims, type MountingSpec} from './mounted-claims.ts';
import {type PodObject} from './observation.ts';
import {collect} from '#shared/kube/collect.ts';
import {labels} from '#shared/api/group.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {isControlledBy, referenceOf, type KubeObject} from '#shared/kube/object.ts';
import {type BackupRun, type Neo4jBackup} from '#shared/runs/status.ts';
import {temporaryStorage} from '#shared/runs/temporary-claim.ts';

/** Kubernetes holds a claim by it as long as there is a Pod that names the claim, whether that Pod has ended or not. */
const protection = 'kubernetes.io/pvc-protection';

/**
Deletes the claims that runs which are recorded as over have staged on. Their Pods stay, because of their logs, and would hold them for a day: where every Pod that names a claim has ended, the claim is let go. Where one has not, its Job was given up and is being deleted, and Kubernetes lets the claim go with the last Pod.
*/
export const deleteTemporaryClaims = async (kube: KubeClient, backup: Neo4jBackup): Promise<void> => {
	const expired = await expiredClaims(kube, backup);
	for (const claim of expired.filter(({metadata}) => !metadata.deletionTimestamp)) {
		await kube.delete(referenceOf(claim), {uid: claim.metadata.uid!});
	}

	const held = expired.length > 0 ? await expiredClaims(kube, backup) : [];
	const pods = held.length > 0 ? await collect(kube.list<ClaimingPod>({apiVersion: 'v1', kind: 'Pod', namespace: backup.metadata.namespace!})) : [];
	for (const claim of held.filter(({metadata: {name}}) => !pods.some(pod => isAtWorkOn(pod, name)))) {
		const {resourceVersion, finalizers = []} = claim.metadata;
		await kube.patch(referenceOf(claim), {metadata: {resourceVersion, finalizers: finalizers.filter(finalizer => finalizer !== protection)}});
	}
};

const expiredClaims = async (kube: KubeClient, backup: Neo4jBackup): Promise<readonly KubeObject[]> => {
	const {metadata: {name, namespace}, status} = backup;
	const isOver = (run: BackupRun): boolean => run.status !== 'Running';
	if (!status?.history?.some(run => isOver(run))) {
		return [];
	}

	const claims = await collect(kube.list<KubeObject>({apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: namespace!}, {labelSelector: `${labels.backup}=${name},${labels.component}=${temporaryStorage}`}));
	return claims.filter(claim => isControlledBy(claim, backup) && status.history!.some(run => isOver(run) && run.runID === claim.metadata.labels?.[labels.run]));
};

type ClaimingPod = PodObject & {readonly spec?: MountingSpec};

const ended: ReadonlySet<string | undefined> = new Set(['Succeeded', 'Failed']);

const isAtWorkOn = ({spec, status}: ClaimingPod, claimName: string): boolean =>
	!ended.has(status?.phase) && mountedClaims(spec).includes(claimName);
