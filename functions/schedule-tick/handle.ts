import {announceAll} from './announce.ts';
import {checkClocks} from './clocks.ts';
import {type TickDependencies} from './deps.ts';
import {followPing} from './follow-ping.ts';
import {readPing} from './ping.ts';
import {scan} from './scan.ts';
import {sourceTypes} from '#shared/events/catalogue.ts';
import {type Handle} from '#shared/events/host.ts';
import {present} from '#shared/present.ts';

/**
At each heartbeat: scans all Neo4jBackups and sends what is due, overdue or was overlooked. At a ping of a user's own: asks for the one run or sweep that it names.
*/
export const createHandle = (dependencies: TickDependencies): Handle => async (event, {log, traceparent}) => {
	if (event.type !== sourceTypes.ping) {
		return;
	}

	const request = readPing(event);
	if (request.what === 'nothing') {
		log.debug({source: event.source}, 'a ping for somebody else');
		return;
	}

	const now = await dependencies.kube.now();
	if (!await checkClocks({...dependencies, log}, event, now)) {
		return;
	}

	const context = {now, ...present({traceparent})};
	if (request.what !== 'scan') {
		await followPing({...dependencies, log}, {request, event}, context);
		return;
	}

	const {monotonic = () => performance.now()} = dependencies;
	const startedAt = monotonic();
	const found = await scan({...dependencies, log}, now);
	const {left} = await announceAll({...dependencies, log, monotonic}, found, {...context, startedAt});
	log.info({found: found.length, left}, 'scan done');
};
