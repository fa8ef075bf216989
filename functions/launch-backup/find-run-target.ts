import {type LaunchDependencies} from './deps.ts';
import {openBackupPort} from './open-backup-port.ts';
import {boltConnection} from '#shared/neo4j/bolt-connection.ts';
import {NotYetError} from '#shared/not-yet.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {serverVersion} from '#shared/neo4j/server-version.ts';
import {resolveTarget, type ResolvedTarget} from '#shared/neo4j/target.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/**
The target of a run: there, Ready, with its backup port open, and with a version where anyone can tell it, the server itself last (decision D36).
*/
export const findRunTarget = async (dependencies: LaunchDependencies, backup: Neo4jBackup): Promise<ResolvedTarget> => {
	const target = await resolveTarget(dependencies.kube, {target: backup.spec.target, namespace: backup.metadata.namespace!});
	if (!('servers' in target)) {
		throw new NotYetError(target.reason, target.message);
	}

	await openBackupPort(dependencies.kube, backup, target);
	return target.version === undefined ? askServer(dependencies, target) : target;
};

const askServer = async (dependencies: LaunchDependencies, target: ResolvedTarget): Promise<ResolvedTarget> => {
	const connection = await boltConnection(dependencies, target);
	const found = connection && await serverVersion(connection);
	if (found?.isCommunity) {
		throw new ConfigurationError(`spec.target: ${target.kind} ${target.name} runs Neo4j Community, which has no online backup; it must run Enterprise`, 'CommunityEdition');
	}

	return found ? {...target, version: found.version} : target;
};
