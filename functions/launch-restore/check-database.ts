import {mayBeDown, mayReplace} from './may-be-down.ts';
import {ConfigurationError, toError} from '#shared/errors.ts';
import {eventTypes} from '#shared/events/catalogue.ts';
import {buildEvent} from '#shared/events/build-event.ts';
import {toTime} from '#shared/api/conditions.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {readAllocations, type Allocation} from '#shared/neo4j/allocations.ts';
import {boltConnection} from '#shared/neo4j/bolt-connection.ts';
import {NotYetError} from '#shared/not-yet.ts';
import {present} from '#shared/present.ts';
import {findRestoreTarget, type FoundRestoreTarget} from '#shared/restore/find-target.ts';
import {targetOf} from '#shared/restore/end-restore.ts';
import {holderOf} from '#shared/restore/hold-target.ts';
import {type Step, type StepContext} from '#shared/restore/step.ts';

/**
Looks whether the database exists, and refuses to replace one where that is not asked for. From its end on the restore has effects: it says that it has started first.
*/
export const checkDatabase: Step = async context => {
	const {restore, kube, now, reporter} = context;
	const {spec, metadata} = restore;
	const status = restore.status!;
	const target = status.target!;
	const found = await findRestoreTarget(kube, {namespace: metadata.namespace!, name: spec.clusterRef});
	if (found.holder.metadata.uid !== target.uid) {
		return {kind: 'done', next: 'Validate', message: `${found.kind} ${found.name} was made anew: it is looked at again`};
	}

	const other = holderOf(found.holder);
	if (other !== undefined && other !== metadata.name) {
		throw new NotYetError('RestoreInProgress', `${found.kind} ${found.name} is being restored by ${other}: this restore waits until that has ended`);
	}

	const allocations = await ask(context, found);
	refuseExisting(context, allocations);
	await announce(context);
	await recordEvent(kube, restore, {
		type: 'Normal', reason: 'RestoreStarted', message: `The restore of ${spec.databaseName} from ${status.backupInfo?.backupPath} has started`, cause: 'started', reporter,
	});
	return {
		kind: 'done',
		message: `${found.kind} ${found.name} is taken for the restore`,
		status: {
			phase: 'Running', startTime: toTime(now), target: allocations ? {...target, databaseExists: allocations.length > 0} : target,
		},
	};
};

const ask = async (context: StepContext, found: FoundRestoreTarget): Promise<readonly Allocation[] | undefined> => {
	const {restore: {spec}} = context;
	const connection = await boltConnection(context, found);
	try {
		if (!connection) {
			throw new Error(`Secret ${found.adminSecret} with its user and password does not exist or holds none`);
		}

		return await readAllocations(connection, spec.databaseName);
	} catch (error) {
		if (!mayBeDown(spec)) {
			throw new NotYetError('TargetUnreachable', `${found.kind} ${found.name} cannot be asked over Bolt whether ${spec.databaseName} exists: ${toError(error).message}. The restore waits until it answers; one that cannot is restored into with stopCluster: true and force: true`);
		}

		if ((found.statefulSet.spec?.replicas ?? 1) > 1) {
			// The other servers would overwrite what is restored onto server 0 (decision D68).
			throw new ConfigurationError(`${found.kind} ${found.name} does not answer over Bolt (${toError(error).message}), and it has several servers, of which the others would overwrite what is restored onto server 0: bring it to answer, or restore by hand (docs/restore.md)`, 'TargetUnreachable');
		}

		return undefined;
	}
};

const refuseExisting = ({restore: {spec}}: StepContext, allocations: readonly Allocation[] | undefined): void => {
	const [first] = allocations ?? [];
	if (first && first.type !== 'standard') {
		throw new ConfigurationError(`spec.databaseName: ${spec.databaseName} is a database of type ${first.type}, and only standard ones are restored`, 'DatabaseNotSupported');
	}

	if (first && !mayReplace(spec)) {
		throw new ConfigurationError(`The database ${spec.databaseName} exists: set spec.force: true or spec.options.replaceExisting: true to replace it, or name another in spec.databaseName`, 'DatabaseExists');
	}
};

const announce = async ({emitter, restore, now, traceparent}: StepContext): Promise<void> => {
	const {spec, status, metadata} = restore;
	await emitter.emit(buildEvent(eventTypes.restoreStarted, {
		object: restore,
		subject: metadata.name,
		time: now,
		data: {
			database: spec.databaseName,
			target: targetOf(restore),
			method: 'Job',
			source: status?.backupInfo?.backupPath ?? status?.resolvedSource?.location ?? 'unknown',
			stopCluster: spec.stopCluster === true,
			startTime: toTime(now),
			...present({pointInTime: spec.source.pointInTime}),
		},
		...present({traceparent}),
	}));
};
