import {announceAll} from './announce.ts';
import {checkClocks} from './clocks.ts';
import {type TickDependencies} from './deps.ts';
import {followPing} from './follow-ping.ts';
import {readPing} from './ping.ts';
import {scan} from './scan.ts';
import {scanNooBaas} from './scan-noobaas.ts';
import {sourceTypes} from '#shared/events/catalogue.ts';
import {type Handle} from '#shared/events/host.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';
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

	await (request.what === 'scan' ? runScan({...dependencies, log}, event, traceparent) : followPing({...dependencies, log}, {request, event}, traceparent));
};

const runScan = async (dependencies: TickDependencies, event: ReceivedEvent, traceparent: string | undefined): Promise<void> => {
	const {log, monotonic = () => performance.now()} = dependencies;
	const startedAt = monotonic();
	const {found, now} = await scan(dependencies);
	if (await checkClocks(dependencies, event, now)) {
		const {left} = await announceAll({...dependencies, monotonic}, found, {now, startedAt, ...present({traceparent})});
		if (dependencies.scansNooBaas) {
			await scanNooBaas(dependencies, now, traceparent);
		}

		log.info({found: found.length, left}, 'scan done');
	}
};
