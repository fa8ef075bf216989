import {backupApiVersion} from '#shared/api/group.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {openRuns} from '#shared/runs/history.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {type Neo4jRestore} from '#shared/restore/status.ts';

/**
A run that is backing up the target, of any Neo4jBackup that may; undefined when none is. While the target is taken no other begins (decision D35), so that waiting for this one ends.
*/
export const openRun = async (kube: KubeClient, {metadata, status}: Neo4jRestore): Promise<string | undefined> => {
	for await (const page of kube.list<Neo4jBackup>({apiVersion: backupApiVersion, kind: 'Neo4jBackup'})) {
		const open = page
			.filter(backup => readsTarget(backup, {namespace: metadata.namespace!, name: status?.target?.name}))
			.flatMap(backup => openRuns(backup.status?.history).map(({runID}) => `${runID} of ${backup.metadata.name}`));
		if (open.length > 0) {
			return open[0];
		}
	}

	return undefined;
};

const readsTarget = ({metadata, spec: {target}}: Neo4jBackup, {namespace, name}: {readonly namespace: string; readonly name: string | undefined}): boolean =>
	(target.kind === 'Database' ? target.clusterRef : target.name) === name && (target.namespace ?? metadata.namespace) === namespace;
