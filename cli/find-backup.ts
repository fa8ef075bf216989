import {backupApiVersion} from '#shared/api/group.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/**
The Neo4jBackup that a command names. Throws a ConfigurationError where there is none, which ends with the way out.
*/
export const findBackup = async (kube: KubeClient, {namespace, name}: {readonly namespace: string; readonly name: string}, wayOut: string): Promise<Neo4jBackup> => {
	const backup = await kube.get<Neo4jBackup>({
		apiVersion: backupApiVersion, kind: 'Neo4jBackup', namespace, name,
	});
	if (!backup) {
		throw new ConfigurationError(`name: there is no Neo4jBackup ${name} in namespace ${namespace}; ${wayOut}`);
	}

	return backup;
};
