import {mayBeDown} from './may-be-down.ts';
import {toError} from '#shared/errors.ts';
import {quoted, readAllocations, runAdministration} from '#shared/neo4j/allocations.ts';
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
		const before = connection ? await readAllocations(connection, name) : [];
		if (connection && before.some(({requestedStatus}) => requestedStatus !== 'offline')) {
			await runAdministration(connection, `STOP DATABASE ${quoted(name)} WAIT 15 SECONDS`, {}, 20_000);
		}

		const after = connection ? await readAllocations(connection, name) : [];
		const running = after.filter(({currentStatus}) => currentStatus !== 'offline');
		return running.length === 0
			? undefined
			: {kind: 'waiting', reason: 'StoppingDatabase', message: `${name} has yet to stop: ${running.map(({address, currentStatus}) => `${address} ${currentStatus}`).join(', ')}`};
	} catch (error) {
		return mayBeDown(spec) && status?.target?.replicas === 1
			? undefined
			: {kind: 'waiting', reason: 'TargetUnreachable', message: `${name} cannot be stopped: ${toError(error).message}`};
	}
};
