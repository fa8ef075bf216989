import {setCondition, toTime} from '../api/conditions.ts';
import {formatBytes, throughput} from '../api/sizes.ts';
import {eventTypes} from '../events/catalogue.ts';
import {buildEvent} from '../events/build-event.ts';
import {recordEvent} from '../kube/events.ts';
import {present} from '../present.ts';
import {formatDuration} from '../schedule/duration.ts';
import {dropFinalizer} from './finalizer.ts';
import {
	mayHaveChangedData, type Neo4jRestore, type RestoreStatus, type RestoreStep,
} from './status.ts';
import {type StepContext} from './step.ts';

/**
How a restore ended: without a failure the database is online with the restored data.
*/
export type RestoreEnd = {readonly message: string; readonly failure?: NonNullable<RestoreStatus['failure']>};

/**
Writes down that a restore has ended, when its target is as it shall be and released: Kubernetes Event, CloudEvent, then the status. The finalizer goes first: a restore that nobody has to bring back may be deleted.
*/
export const endRestore = async (context: StepContext, end: RestoreEnd): Promise<void> => {
	const {kube, emitter, now, reporter, traceparent} = context;
	const restore = await dropFinalizer(kube, context.restore);
	const {failure, message} = end;
	await recordEvent(kube, restore, {
		...failure ? {type: 'Warning' as const, reason: failure.reason} : {type: 'Normal' as const, reason: 'RestoreCompleted'}, message, cause: failure ? failure.message : 'completed', reporter,
	});
	const shared = {
		object: restore, subject: restore.metadata.name, time: now, ...present({traceparent}),
	};
	await emitter.emit(failure
		? buildEvent(eventTypes.restoreFailed, {...shared, data: failedData(restore, failure, {message, now})})
		: buildEvent(eventTypes.restoreCompleted, {...shared, data: completedData(restore, now)}));
	await kube.replaceStatus({...restore, status: endedStatus(restore, end, now)});
};

/**
The last status of a restore. `failure` is no longer remembered: the target is back.
*/
export const endedStatus = (restore: Neo4jRestore, {message, failure}: RestoreEnd, now: Date): RestoreStatus => {
	const {failure: _, ...before} = restore.status ?? {};
	const ended: RestoreStatus = {
		...before,
		phase: failure ? 'Failed' : 'Completed',
		step: failure ? failure.step as RestoreStep : 'Completed',
		message,
		completionTime: toTime(now),
		observedGeneration: restore.metadata.generation!,
		stats: statsOf(before, failure !== undefined, now),
		conditions: setCondition(before.conditions, {
			type: 'Ready', status: failure ? 'False' : 'True', reason: failure?.reason ?? 'RestoreCompleted', message,
		}, now, restore.metadata.generation),
	};
	return ended;
};

/** What a failed restore has not brought has no size. */
const statsOf = ({startTime, resolvedSource, stats}: RestoreStatus, hasFailed: boolean, now: Date): NonNullable<RestoreStatus['stats']> => {
	const milliseconds = startTime === undefined ? 0 : now.getTime() - Date.parse(startTime);
	const {bytes, artifactCount} = resolvedSource ?? {};
	return {
		duration: formatDuration(milliseconds),
		errorCount: (stats?.errorCount ?? 0) + (hasFailed ? 1 : 0),
		...(!hasFailed && bytes !== undefined && {dataSize: formatBytes(bytes), throughput: throughput(bytes, milliseconds)}),
		...(!hasFailed && artifactCount !== undefined && {fileCount: artifactCount}),
	};
};

/**
The target as events name it. Before it was found it has the name of the spec and no kind that anybody knows.
*/
export const targetOf = ({metadata, spec, status}: Neo4jRestore) => ({
	kind: status?.target?.kind ?? 'Unknown', namespace: metadata.namespace!, name: status?.target?.name ?? spec.clusterRef,
});

/**
The file name of the newest artifact that goes in.
*/
export const newestArtifact = ({status}: Neo4jRestore): string => status?.resolvedSource?.artifacts?.at(-1)?.name ?? 'unknown';

const completedData = (restore: Neo4jRestore, now: Date) => ({
	database: restore.spec.databaseName, target: targetOf(restore), artifact: newestArtifact(restore), startTime: restore.status!.startTime!, completionTime: toTime(now),
});

const failedData = (restore: Neo4jRestore, {step, reason}: NonNullable<RestoreStatus['failure']>, {message, now}: {readonly message: string; readonly now: Date}) => ({
	database: restore.spec.databaseName,
	target: targetOf(restore),
	step,
	reason,
	message,
	dataChanged: mayHaveChangedData(restore),
	completionTime: toTime(now),
	...present({startTime: restore.status?.startTime}),
});
