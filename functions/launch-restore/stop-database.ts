import {mayBeDown} from './may-be-down.ts';
import {toError} from '#shared/errors.ts';
import {withAdministration} from '#shared/neo4j/administration.ts';
import {quoted, type Allocation} from '#shared/neo4j/allocations.ts';
import {type BoltConnection} from '#shared/neo4j/bolt.ts';
import {boltConnection} from '#shared/neo4j/bolt-connection.ts';
import {findRestoreTarget} from '#shared/restore/find-target.ts';
import {type StepContext, type StepOutcome} from '#shared/restore/step.ts';

/**
Stops an existing database and answers what is waited for; nothing once it is stopped on every server that has it. One that cannot be asked stays as it is where the servers are stopped anyway (decision D17).
*/
export const stopDatabase = async (context: StepContext): Promise<StepOutcome | undefined> => {
	const {kube, restore: {metadata, spec, status}} = context;
	const name = spec.databaseName;
	if (status?.target?.databaseExists === false) {
		return undefined;
	}

	const found = await findRestoreTarget(kube, {namespace: metadata.namespace!, name: spec.clusterRef});
	const connection = await boltConnection(context, found);
	try {
		const running = connection ? await stopOn(connection, name, (status?.target?.replicas ?? 1) > 1) : unknown(found.adminSecret);
		return running.length === 0
			? undefined
			: {kind: 'waiting', reason: 'StoppingDatabase', message: `${name} has yet to stop: ${running.map(({address, currentStatus}) => `${address} ${currentStatus}`).join(', ')}`};
	} catch (error) {
		return mayBeDown(spec) && status?.target?.replicas === 1
			? undefined
			: {kind: 'waiting', reason: 'TargetUnreachable', message: `${name} cannot be stopped: ${toError(error).message}`};
	}
};

/** The allocations that are not stopped yet. */
const stopOn = async (connection: BoltConnection, name: string, isCluster: boolean): Promise<readonly Allocation[]> =>
	withAdministration(connection, {isCluster, timeoutMs: 25_000}, async administration => {
		const before = await administration.allocationsOf(name);
		if (before.some(({requestedStatus}) => requestedStatus !== 'offline')) {
			await administration.run(`STOP DATABASE ${quoted(name)} WAIT 15 SECONDS`);
		}

		const after = await administration.allocationsOf(name);
		return after.filter(({currentStatus}) => currentStatus !== 'offline');
	});

/** Nothing was stopped: a database that may be online must not be taken for one that is stopped. */
const unknown = (secret: string): never => {
	throw new Error(`Secret ${secret} holds no password by which its Neo4j could be asked`);
};
