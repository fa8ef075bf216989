import {announceAll} from './announce.ts';
import {checkClocks} from './clocks.ts';
import {type TickDependencies} from './deps.ts';
import {followPing} from './follow-ping.ts';
import {nudgeRestores} from './nudge-restores.ts';
import {readPing} from './ping.ts';
import {scan} from './scan.ts';
import {scanNooBaas} from './scan-noobaas.ts';
import {toError} from '#shared/errors.ts';
import {sourceTypes} from '#shared/events/catalogue.ts';
import {type Handle} from '#shared/events/host.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';
import {present} from '#shared/present.ts';

/**
At each heartbeat: scans all Neo4jBackups and sends what is due, overdue or was overlooked, and has every Neo4jRestore that goes on looked at. At a ping of a user's own: asks for the one run or sweep that it names.
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
		const context = {now, ...present({traceparent})};
		const results = await Promise.allSettled([
			announceAll({...dependencies, monotonic}, found, {...context, startedAt}),
			nudgeRestores(dependencies, context),
			...dependencies.scansNooBaas ? [scanNooBaas(dependencies, now, traceparent)] : [],
		]);
		for (const result of results) {
			if (result.status === 'rejected') {
				throw toError(result.reason);
			}
		}

		log.info({found: found.length, ...(results[0].status === 'fulfilled' && results[0].value)}, 'scan done');
	}
};
