import {createDirectory, type DueRun, type PlayedChain} from './simulated-directory.ts';
import {type RetentionPolicy} from '#shared/retention/policy.ts';
import {instantsBetween} from '#shared/schedule/cron.ts';
import {type ScheduleEntry} from '#shared/schedule/entries.ts';

const dayMs = 24 * 60 * 60_000;
const weekMs = 7 * dayMs;

export type SimulationInput = {
	readonly entries: readonly ScheduleEntry[];
	/** Undefined: nothing expires. */
	readonly policy: RetentionPolicy | undefined;
	/** Undefined: no limit. */
	readonly maxChainLength?: number;
	/** Whether every run is a FULL whatever the schedule says, as with encryption. */
	readonly alwaysFull: boolean;
	readonly databases: readonly string[];
	/** Bytes of one artifact of each kind. */
	readonly sizes: {readonly full: number; readonly differential: number};
	readonly from: Date;
	readonly days: number;
};

export type SimulatedWeek = {
	readonly until: Date;
	readonly runs: number;
	readonly restorePoints: number;
	readonly chains: number;
	readonly bytes: number;
	readonly archivedBytes: number;
	/** Artifacts that went in this week. */
	readonly expired: number;
};

export type SimulatedChain = PlayedChain & {readonly database: string};

export type Simulation = {readonly weeks: readonly SimulatedWeek[]; readonly chains: readonly SimulatedChain[]};

/**
Plays a schedule and a policy forward, with the planner and the rollover rule that the functions use, as if every run succeeded at its instant and each were followed by a sweep: what would be there at the end of each week. Pure, but for what it tells `progress`.

Every run takes all databases, and no policy tells them apart: one is played, and the others are the same.
*/
export const simulate = (input: SimulationInput, progress: (week: number, weeks: number) => void = () => undefined): Simulation => {
	const {from, days, databases} = input;
	const directory = createDirectory(input);
	const weeks: SimulatedWeek[] = [];
	const end = from.getTime() + (days * dayMs);
	const instants = dueInstants(input, new Date(end));
	let position = 0;
	for (let until = Math.min(from.getTime() + weekMs, end); ; until = Math.min(until + weekMs, end)) {
		progress(weeks.length + 1, Math.ceil(days / 7));
		const before = {runs: position, expired: directory.totals().expired};
		while (position < instants.length && instants[position]!.instant.getTime() <= until) {
			directory.run(instants[position]!);
			position++;
		}

		const {backups, chains, bytes, archivedBytes, expired} = directory.totals();
		const all = (ofOne: number): number => ofOne * databases.length;
		weeks.push({
			until: new Date(until),
			runs: position - before.runs,
			restorePoints: all(backups),
			chains: all(chains),
			bytes: all(bytes),
			archivedBytes: all(archivedBytes),
			expired: all(expired - before.expired),
		});
		if (until >= end) {
			return {weeks, chains: directory.chains().flatMap(chain => databases.map(database => ({database, ...chain})))};
		}
	}
};

/** Of several due at one instant one run is made, the FULL where there is one (decision D30). */
const dueInstants = ({entries, from}: SimulationInput, until: Date): readonly DueRun[] => {
	const due = new Map<number, DueRun>();
	for (const {schedule, backupType} of entries) {
		for (const instant of instantsBetween(schedule, from, until)) {
			if (backupType === 'FULL' || !due.has(instant.getTime())) {
				due.set(instant.getTime(), {instant, type: backupType});
			}
		}
	}

	return [...due.values()].toSorted((one, other) => one.instant.getTime() - other.instant.getTime());
};
