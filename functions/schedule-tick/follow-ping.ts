import {checkClocks} from './clocks.ts';
import {type TickDependencies} from './deps.ts';
import {type PingRequest} from './ping.ts';
import {toTime} from '#shared/api/conditions.ts';
import {backupApiVersion} from '#shared/api/group.ts';
import {runID} from '#shared/api/names.ts';
import {TerminalError} from '#shared/errors.ts';
import {buildEvent, buildReconcileRequest} from '#shared/events/build-event.ts';
import {eventTypes} from '#shared/events/catalogue.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';
import {present} from '#shared/present.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

type Named = Exclude<PingRequest, {what: 'scan' | 'nothing'}>;

/** A ping that was under way for longer belongs to a minute that nobody waits for any more. */
const oldestMs = 5 * 60_000;

/**
Passes on what a user's own PingSource asks for: a run or a sweep of one Neo4jBackup at the ping's minute. However often a ping of one minute comes, it is the same event each time.
*/
export const followPing = async (dependencies: TickDependencies, {request, event}: {readonly request: Named; readonly event: Pick<ReceivedEvent, 'source' | 'time'>}, traceparent: string | undefined): Promise<void> => {
	const {kube, emitter, log} = dependencies;
	const {what, namespace, name} = request;
	const backup = await kube.get<Neo4jBackup>({
		apiVersion: backupApiVersion, kind: 'Neo4jBackup', namespace, name,
	});
	if (!backup) {
		throw new TerminalError(`The ping names Neo4jBackup ${name} in namespace ${namespace}, which does not exist: correct the data of the PingSource`);
	}

	const now = await kube.now();
	const minute = minuteOf(event.time, now);
	if (!await checkClocks(dependencies, event, now)) {
		return;
	}

	if (Math.abs(now.getTime() - minute.getTime()) > oldestMs) {
		log.warn({namespace, name, time: event.time}, 'the ping is not of this time: a ping that comes late is not made up for');
		return;
	}

	await emitter.emit(what === 'sweep'
		? buildReconcileRequest({
			object: backup, handler: 'retention-sweep', reason: 'a ping asked for a sweep', time: minute, ...present({traceparent}),
		})
		: buildEvent(eventTypes.backupDue, {
			object: backup,
			subject: runID(backup.metadata.uid!, minute, `ping ${toTime(minute)}`),
			time: minute,
			data: {scheduledTime: toTime(minute), schedule: '', trigger: 'ping'},
			...present({traceparent}),
		}));
};

const minuteOf = (time: string | undefined, now: Date): Date => {
	const instant = time === undefined ? now.getTime() : Date.parse(time);
	return new Date(Math.floor((Number.isNaN(instant) ? now.getTime() : instant) / 60_000) * 60_000);
};
