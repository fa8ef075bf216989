import {ConfigurationError, toError} from '#shared/errors.ts';
import {withAdministration, type Administration} from '#shared/neo4j/administration.ts';
import {boltConnection} from '#shared/neo4j/bolt-connection.ts';
import {NotYetError} from '#shared/not-yet.ts';
import {present} from '#shared/present.ts';
import {findRestoreTarget, type FoundRestoreTarget} from '#shared/restore/find-target.ts';
import {type StepContext} from '#shared/restore/step.ts';

/** For everything that is asked or said at once: it is over before anybody else may take an intent for abandoned. */
const timeoutMs = 15_000;

/**
The target cannot be asked now; the message says why.
*/
export class UnreachableError extends Error {
	override readonly name = 'UnreachableError';
}

/**
Somebody else may be at it: the event has to come again.
*/
export class NotNowError extends Error {
	override readonly name = 'NotNowError';
}

/**
Does something with the administration of a restore's target. What it throws is an UnreachableError, but for a NotNowError of the work itself, and for what the API server does not answer.
*/
export const askTarget = async <T>(context: StepContext, work: (administration: Administration) => Promise<T>): Promise<T> => {
	const {kube, log, boltAddress, restore} = context;
	const target = await findTarget(context);
	const connection = await boltConnection({kube, log, ...present({boltAddress})}, target);
	if (!connection) {
		throw new UnreachableError(`Secret ${target.adminSecret} holds no password by which ${target.kind} ${target.name} could be asked`);
	}

	try {
		return await withAdministration(connection, {isCluster: (restore.status?.target?.replicas ?? 1) > 1, timeoutMs}, work);
	} catch (error) {
		throw error instanceof NotNowError ? error : new UnreachableError(`${target.kind} ${target.name} does not answer over Bolt: ${toError(error).message}`, {cause: error});
	}
};

const findTarget = async ({kube, restore: {metadata, spec, status}}: StepContext): Promise<FoundRestoreTarget> => {
	try {
		const target = await findRestoreTarget(kube, {namespace: metadata.namespace!, name: status?.target?.name ?? spec.clusterRef});
		if (status?.target && status.target.uid !== target.uid) {
			throw new UnreachableError(`${target.kind} ${target.name} was made anew since: it is another one than the one that was restored into`);
		}

		return target;
	} catch (error) {
		throw error instanceof NotYetError || error instanceof ConfigurationError ? new UnreachableError(error.message, {cause: error}) : error;
	}
};
