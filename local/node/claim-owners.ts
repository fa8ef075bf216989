import {type Claim, type Pod, type StatefulSet} from './workloads.ts';
import {controllerReference, type KubeObject, type OwnerReference} from '#shared/kube/object.ts';

/**
Who is to own a claim, by the StatefulSet's persistentVolumeClaimRetentionPolicy: nobody, or the set (`whenDeleted: Delete`), or, once it is beyond the replicas, its pod (`whenScaled: Delete`), so that the garbage collector takes the claim after it. `undefined` where that is so already, and where an owner of the same name is another object: such a claim is not touched.
*/
export const claimOwners = (set: StatefulSet, pod: Pod, {claim, isBeyond}: {readonly claim: Claim; readonly isBeyond: boolean}): readonly OwnerReference[] | undefined => {
	const {whenDeleted = 'Retain', whenScaled = 'Retain'} = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
	const owners = claim.metadata.ownerReferences ?? [];
	if (isStale(claim, set) || isStale(claim, pod)) {
		return undefined;
	}

	const byPod = whenScaled === 'Delete' && isBeyond;
	const wanted = byPod ? pod : (whenDeleted === 'Delete' ? set : undefined);
	const [own, others] = [owners.filter(({uid}) => isOne(uid, [set, pod])), owners.filter(({uid}) => !isOne(uid, [set, pod]))];
	if (own.length === (wanted ? 1 : 0) && own.every(({uid, controller}) => uid === wanted?.metadata.uid && controller)) {
		return undefined;
	}

	return [...others, ...(wanted ? [controllerReference(wanted)] : [])];
};

/**
Whether a claim is about to go with a pod of before, so that a new one has to wait for that.
*/
export const isLeaving = (set: StatefulSet, pod: Pod, claim: Claim): boolean =>
	set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled === 'Delete' && isStale(claim, pod);

const isOne = (uid: string, objects: readonly KubeObject[]): boolean => objects.some(({metadata}) => metadata.uid === uid);

const isStale = ({metadata: {ownerReferences = []}}: Claim, {apiVersion, kind, metadata: {name, uid}}: KubeObject): boolean =>
	ownerReferences.some(owner => owner.apiVersion === apiVersion && owner.kind === kind && owner.name === name && owner.uid !== uid);
