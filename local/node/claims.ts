import {type Claim, type Pod} from './workloads.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {referenceOf} from '#shared/kube/object.ts';

/**
Why a pod cannot be placed, in the scheduler's words: a claim that it mounts is missing or not bound.
*/
export const unplaced = async (client: KubeClient, {metadata: {namespace}, spec}: Pod): Promise<string | undefined> => {
	for (const {persistentVolumeClaim} of spec.volumes ?? []) {
		if (persistentVolumeClaim) {
			const name = persistentVolumeClaim.claimName;
			const claim = await client.get<Claim>({
				apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: namespace!, name,
			});
			if (!claim) {
				return `0/1 nodes are available: persistentvolumeclaim "${name}" not found.`;
			}

			if (claim.status?.phase !== 'Bound') {
				return '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.';
			}
		}
	}

	return undefined;
};

/**
Binds a claim, as a provisioner would: any storage class will do, and the whole size is there.
*/
export const bindClaim = async (client: KubeClient, claim: Claim): Promise<void> => {
	if (claim.status?.phase === 'Bound' || claim.metadata.deletionTimestamp) {
		return;
	}

	if (!claim.spec?.volumeName) {
		await client.patch(referenceOf(claim), {spec: {volumeName: `pvc-${claim.metadata.uid}`}});
	}

	await client.patch(referenceOf(claim), {
		status: {phase: 'Bound', accessModes: claim.spec?.accessModes ?? ['ReadWriteOnce'], capacity: claim.spec?.resources?.requests ?? {}},
	}, {subresource: 'status'});
};
