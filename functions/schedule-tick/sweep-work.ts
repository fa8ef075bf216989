import {type Work} from './work.ts';
import {lacksFacts} from '#shared/retention/fill-history.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/** A success asks for its sweep itself; what comes later than this, the event was lost. */
const sweepsWithin = 45_000;

/** For so long a sweep is asked for what a run's entry lacks. After that its manifest is taken for lost. */
const asksFor = 10 * 60_000;

/**
Whether a sweep is late: none since the last success, or past the time that the last sweep said; or whether one has to read from the catalogue what the entry of a run lacks.
*/
export const sweepWork = (backup: Neo4jBackup, now: Date): Work | undefined => lateSweep(backup, now) ?? factsWork(backup, now);

const factsWork = ({status}: Neo4jBackup, now: Date): Work | undefined => {
	const run = status?.history?.find(entry => lacksFacts(entry));
	const ended = timeOf(run?.completionTime);
	const late = ended === undefined ? Number.NaN : now.getTime() - ended;
	return late >= sweepsWithin && late < asksFor
		? {
			what: 'reconcile', handler: 'retention-sweep', reason: `the catalogue knows what run ${run!.runID} wrote`, waitingSince: new Date(ended!),
		}
		: undefined;
};

const lateSweep = ({spec, status}: Neo4jBackup, now: Date): Work | undefined => {
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
