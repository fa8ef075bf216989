import {type Work} from './work.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/** A success asks for its sweep itself; what comes later than this, the event was lost. */
const sweepsWithin = 45_000;

/**
Whether a sweep is late: none since the last success, or past the time that the last sweep said.
*/
export const sweepWork = ({spec, status}: Neo4jBackup, now: Date): Work | undefined => {
	if (!spec.retention || !status) {
		return undefined;
	}

	const {lastSweepTime, nextSweepTime} = status.retention ?? {};
	const success = timeOf(status.lastSuccessTime);
	const isMissing = success !== undefined && success > (timeOf(lastSweepTime) ?? 0);
	const since = isMissing ? success + sweepsWithin : timeOf(nextSweepTime);
	return since !== undefined && now.getTime() >= since
		? {
			what: 'reconcile', handler: 'retention-sweep', reason: isMissing ? 'there was no sweep after the last success' : 'a sweep is due', waitingSince: new Date(since),
		}
		: undefined;
};

const timeOf = (time: string | undefined): number | undefined => time === undefined ? undefined : Date.parse(time);
