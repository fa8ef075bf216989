import {reporter, type TickDependencies} from './deps.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {clocksAgree} from '#shared/kube/server-clock.ts';

/**
Whether this machine and the API server agree on the time. Where they do not nothing may be started, and both the log and an Event on the PingSource of the tick say so (decision D72).
*/
export const checkClocks = async ({kube, log, localNow}: TickDependencies, {source}: Pick<ReceivedEvent, 'source'>, theirs: Date): Promise<boolean> => {
	const ours = localNow();
	if (clocksAgree(theirs, ours)) {
		return true;
	}

	log.error({theirs, ours}, 'the clock here and that of the API server are more than five minutes apart: nothing is started');
	const heartbeat = /\/namespaces\/(?<namespace>[a-z0-9\-]+)\/pingsources\/(?<name>[a-z0-9.\-]+)$/v.exec(source)?.groups;
	if (heartbeat) {
		await recordEvent(kube, {
			apiVersion: 'sources.knative.dev/v1', kind: 'PingSource', metadata: {namespace: heartbeat['namespace']!, name: heartbeat['name']!},
		}, {
			type: 'Warning', reason: 'ClockSkew', message: 'The clock of schedule-tick and that of the API server are more than five minutes apart: no backup is started until they agree', cause: theirs.toISOString().slice(0, 13), reporter,
		});
	}

	return false;
};
