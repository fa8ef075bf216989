import pMap from 'p-map';
import {reporter, type TickDependencies} from './deps.ts';
import {overdueCondition} from './overdue-work.ts';
import {type FoundWork} from './scan.ts';
import {type Work} from './work.ts';
import {setCondition, toTime, type NewCondition} from '#shared/api/conditions.ts';
import {scheduledRunID} from '#shared/api/names.ts';
import {ConflictError, toError} from '#shared/errors.ts';
import {buildEvent, buildReconcileRequest} from '#shared/events/build-event.ts';
import {eventTypes} from '#shared/events/catalogue.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {present} from '#shared/present.ts';

export type AnnounceContext = {readonly now: Date; readonly traceparent?: string};

/** A tick sends for so long; the rest keeps its place in the queue of the next one. */
const sendsForMs = 30_000;

/** And ends by then, also after a long scan: before its own deadline of 45 s. */
const endsAfterMs = 40_000;

const concurrency = 4;

/**
Sends what the scan found, in its order, and answers how much was left for the next tick. What cannot be sent holds up nothing else; it is an error in the end, so that the tick comes again.
*/
export const announceAll = async (dependencies: TickDependencies & Required<Pick<TickDependencies, 'monotonic'>>, found: readonly FoundWork[], context: AnnounceContext & {readonly startedAt: number}): Promise<{readonly left: number}> => {
	const {monotonic, log} = dependencies;
	const until = Math.min(monotonic() + sendsForMs, context.startedAt + endsAfterMs);
	const failures: Error[] = [];
	let left = 0;
	await pMap(found, async ({backup, work}) => {
		if (monotonic() >= until) {
			left++;
			return;
		}

		try {
			await announce(dependencies, backup, work, context);
		} catch (error) {
			failures.push(toError(error));
			log.warn({backup: `${backup.metadata.namespace}/${backup.metadata.name}`, work: work.what, error: toError(error).message}, 'not announced');
		}
	}, {concurrency});
	if (failures.length > 0) {
		throw new AggregateError(failures, `${failures.length} of ${found.length} announcements failed: ${failures[0]!.message}`);
	}

	return {left};
};

const announce = async (dependencies: TickDependencies, backup: Neo4jBackup, work: Work, {now, traceparent}: AnnounceContext): Promise<void> => {
	const {emitter} = dependencies;
	switch (work.what) {
		case 'due': {
			await emitter.emit(buildEvent(eventTypes.backupDue, {
				object: backup,
				subject: scheduledRunID(backup.metadata.uid!, work.scheduledTime),
				time: now,
				data: {scheduledTime: toTime(work.scheduledTime), schedule: work.entry, trigger: 'schedule'},
				...present({traceparent}),
			}));
			break;
		}

		case 'reconcile': {
			await emitter.emit(buildReconcileRequest({
				object: backup, handler: work.handler, reason: work.reason, time: now, ...present({traceparent}),
			}));
			break;
		}

		case 'overdue': {
			await announceOverdue(dependencies, backup, work, {now, ...present({traceparent})});
			break;
		}

		case 'no-longer-overdue': {
			await writeCondition(dependencies, backup, {
				type: overdueCondition, status: 'False', reason: 'InTime', message: 'No backup is overdue',
			}, now);
			break;
		}
	}
};

/**
Event first, then Kubernetes Event, then status: a crash in between repeats and never loses, and both have names that are the same again.
*/
const announceOverdue = async (dependencies: TickDependencies, backup: Neo4jBackup, {instant, deadline, message}: Extract<Work, {what: 'overdue'}>, {now, traceparent}: AnnounceContext): Promise<void> => {
	const {emitter, kube} = dependencies;
	await emitter.emit(buildEvent(eventTypes.backupOverdue, {
		object: backup,
		subject: scheduledRunID(backup.metadata.uid!, instant),
		time: now,
		data: {scheduledTime: toTime(instant), deadline: toTime(deadline), ...present({lastSuccessTime: backup.status?.lastSuccessTime})},
		...present({traceparent}),
	}));
	await recordEvent(kube, backup, {
		type: 'Warning', reason: 'BackupOverdue', message, cause: toTime(instant), reporter,
	});
	await writeCondition(dependencies, backup, {
		type: overdueCondition, status: 'True', reason: 'NoSuccess', message,
	}, now);
};

const writeCondition = async ({kube, log}: TickDependencies, backup: Neo4jBackup, condition: NewCondition, now: Date): Promise<void> => {
	try {
		const conditions = setCondition(backup.status?.conditions, condition, now, backup.metadata.generation);
		await kube.replaceStatus({...backup, status: {...backup.status, conditions}});
	} catch (error) {
		if (!(error instanceof ConflictError)) {
			throw error;
		}

		log.debug({backup: backup.metadata.name}, 'somebody else wrote the status: the next tick decides anew');
	}
};
