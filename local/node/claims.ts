import {type Claim, type Pod} from './workloads.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {referenceOf} from '#shared/kube/object.ts';

/**
The claims that a pod mounts, or, in the scheduler's words, what keeps it from being placed: one that is missing or not bound.
*/
export const claimsOfPod = async (client: KubeClient, {metadata: {namespace}, spec}: Pod): Promise<readonly Claim[] | string> => {
	const claims: Claim[] = [];
	for (const {persistentVolumeClaim} of spec.volumes ?? []) {
		if (persistentVolumeClaim) {
			const name = persistentVolumeClaim.claimName;
			const claim = await client.get<Claim>({
				apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: namespace!, name,
			});
			if (!claim) {
				return `persistentvolumeclaim "${name}" not found`;
			}

			if (claim.status?.phase !== 'Bound') {
				return 'pod has unbound immediate PersistentVolumeClaims';
			}

			claims.push(claim);
		}
	}

	return claims;
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
