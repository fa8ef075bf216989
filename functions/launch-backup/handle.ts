import {type LaunchDependencies} from './deps.ts';
import {launch} from './launch.ts';
import {isEchoOfStart, isSettled} from './settled.ts';
import {createSharedReads} from './shared-reads.ts';
import {type Hint} from './wanted-run.ts';
import {backupApiVersion} from '#shared/api/group.ts';
import {eventTypes} from '#shared/events/catalogue.ts';
import {type Handle} from '#shared/events/host.ts';
import {namedObject} from '#shared/events/named-object.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';

/**
Decides for one Neo4jBackup whether a run may start, and starts it. The event only names the CR, and perhaps an instant; everything else is read anew.
*/
export const createHandle = (dependencies: LaunchDependencies): Handle => {
	const sharedReads = createSharedReads(dependencies.kube, dependencies.monotonic);
	return async (event, {log, traceparent}) => {
		const reference = namedObject(event);
		if (reference?.kind !== 'Neo4jBackup' || reference.apiVersion !== backupApiVersion || isSettled(event)) {
			return;
		}

		const hint = hintOf(event);
		await launch({...dependencies, sharedReads, log}, reference, {isEcho: isEchoOfStart(event), ...(hint && {hint}), ...(traceparent && {traceparent})});
	};
};

const hintOf = ({type, data}: ReceivedEvent): Hint | undefined => {
	if (type !== eventTypes.backupDue) {
		return undefined;
	}

	const {scheduledTime, trigger} = (data ?? {}) as {scheduledTime?: unknown; trigger?: unknown};
	const instant = new Date(typeof scheduledTime === 'string' ? scheduledTime : Number.NaN);
	return Number.isNaN(instant.getTime()) ? undefined : {instant, trigger: trigger === 'ping' ? 'ping' : 'event'};
};

