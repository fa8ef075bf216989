import {type LaunchDependencies} from './deps.ts';
import {boltConnection} from '#shared/neo4j/bolt-connection.ts';
import {onlineDatabases} from '#shared/neo4j/databases.ts';
import {type ResolvedTarget} from '#shared/neo4j/target.ts';
import {type BackupRun} from '#shared/runs/status.ts';

/**
The databases that a run of a whole target must have an artifact of: those online now, read over Bolt; where Bolt does not answer, those of the last run (decision D79). Undefined when neither is known.
*/
export const requestedDatabases = async (dependencies: LaunchDependencies, target: ResolvedTarget, lastRun: BackupRun | undefined): Promise<readonly string[] | undefined> => {
	const connection = await boltConnection(dependencies, target);
	const online = connection && await onlineDatabases(connection);
	return online ?? lastRun?.requested;
};
