import {labels} from '#shared/api/group.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {type CloudBlock, type Neo4jBackup} from '#shared/runs/status.ts';

export const defaultServiceAccount = 'neo4j-backup-sa';

/**
The account that the Pods of a CR run under, made and annotated where the CR asks for it. An account that the user named is used as it is; with `autoCreate.enabled: false` an existing `neo4j-backup-sa` is used as it is, else `default` (decision D22). Annotations are applied on every run with a field manager of this CR, so that those that the CR no longer names disappear and those of others stay (decision D4).
*/
export const ensureServiceAccount = async (kube: KubeClient, backup: Neo4jBackup, {identity}: CloudBlock): Promise<string> => {
	if (identity?.serviceAccount) {
		return identity.serviceAccount;
	}

	const reference = {
		apiVersion: 'v1', kind: 'ServiceAccount', name: defaultServiceAccount, namespace: backup.metadata.namespace!,
	};
	if (identity?.autoCreate?.enabled === false) {
		return await kube.get(reference) ? defaultServiceAccount : 'default';
	}

	const account = {
		apiVersion: 'v1',
		kind: 'ServiceAccount',
		metadata: {
			name: defaultServiceAccount,
			namespace: backup.metadata.namespace!,
			annotations: identity?.autoCreate?.annotations ?? {},
			labels: {[labels.partOf]: 'neo4j-backup'},
		},
	} satisfies KubeObject;
	await kube.patch(reference, account, {type: 'apply', fieldManager: `neo4j-backup/${backup.metadata.uid!}`, force: false});
	return defaultServiceAccount;
};
