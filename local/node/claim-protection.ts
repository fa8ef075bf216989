import {type Claim, type Pod} from './workloads.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {referenceOf} from '#shared/kube/object.ts';

const protection = 'kubernetes.io/pvc-protection';

/**
Protects a claim as Kubernetes does: deleted, it stays until no Pod names it that was placed on a node, whether that Pod has ended or not.
*/
export const protectClaim = async (client: KubeClient, claim: Claim): Promise<void> => {
	const {metadata: {deletionTimestamp, finalizers = [], resourceVersion}} = claim;
	const isProtected = finalizers.includes(protection);
	const write = async (wanted: readonly string[]) => client.patch(referenceOf(claim), {metadata: {resourceVersion, finalizers: wanted}});
	if (!deletionTimestamp && !isProtected) {
		await write([...finalizers, protection]);
	} else if (deletionTimestamp && isProtected && !await isNamed(client, claim)) {
		await write(finalizers.filter(finalizer => finalizer !== protection));
	}
};

/**
Lets go of the claims of a Pod that is gone.
*/
export const releaseClaims = async (client: KubeClient, {metadata: {namespace}, spec}: Pod): Promise<void> => {
	for (const {persistentVolumeClaim} of spec.volumes ?? []) {
		const claim = persistentVolumeClaim && await client.get<Claim>({
			apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: namespace!, name: persistentVolumeClaim.claimName,
		});
		if (claim?.metadata.deletionTimestamp) {
			await protectClaim(client, claim);
		}
	}
};

const isNamed = async (client: KubeClient, {metadata: {namespace, name}}: Claim): Promise<boolean> => {
	for await (const pods of client.list<Pod>({apiVersion: 'v1', kind: 'Pod', namespace: namespace!})) {
		if (pods.some(({spec}) => spec.nodeName && spec.volumes?.some(({persistentVolumeClaim}) => persistentVolumeClaim?.claimName === name))) {
			return true;
		}
	}

	return false;
};
