import {buildChains, type Chain} from '#shared/catalogue/chains.ts';
import {nextBackupType} from '#shared/catalogue/next-type.ts';
import {type CatalogueArtifact} from '#shared/catalogue/artifacts.ts';
import {compactTime} from '#shared/api/names.ts';
import {plan} from '#shared/retention/plan.ts';
import {type RetentionPolicy} from '#shared/retention/policy.ts';
import {instantsBetween} from '#shared/schedule/cron.ts';
import {type ScheduleEntry} from '#shared/schedule/entries.ts';

const dayMs = 24 * 60 * 60_000;
const weekMs = 7 * dayMs;

/** As an installation has it when nothing else is said. */
const graceMs = 10 * 60_000;

export type SimulationInput = {
	readonly entries: readonly ScheduleEntry[];
	/** Undefined: nothing expires. */
	readonly policy: RetentionPolicy | undefined;
	readonly maxChainLength: number;
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

export type SimulatedChain = {
	readonly database: string;
	readonly from: Date;
	/** When its last member was taken. */
	readonly last: Date;
	/** When it was deleted or archived; absent while it is there. */
	readonly gone?: Date;
	/** When each was taken. */
	readonly members: readonly Date[];
	readonly bytes: number;
};

export type Simulation = {readonly weeks: readonly SimulatedWeek[]; readonly chains: readonly SimulatedChain[]};

/**
Plays a schedule and a policy forward, with the planner and the rollover rule that the functions use, as if every run succeeded at its instant and each were followed by a sweep: what would be there at the end of each week. Pure.
*/
export const simulate = (input: SimulationInput): Simulation => {
	const state = createState(input);
	const weeks: SimulatedWeek[] = [];
	const end = input.from.getTime() + (input.days * dayMs);
	const instants = dueInstants(input, new Date(end));
	let position = 0;
	for (let until = Math.min(input.from.getTime() + weekMs, end); ; until = Math.min(until + weekMs, end)) {
		const before = {runs: position, expired: state.expired()};
		while (position < instants.length && instants[position]!.instant.getTime() <= until) {
			state.run(instants[position]!);
			position++;
		}

		weeks.push({
			...state.totals(), until: new Date(until), runs: position - before.runs, expired: state.expired() - before.expired,
		});
		if (until >= end) {
			return {weeks, chains: state.chains()};
		}
	}
};

type Due = {readonly instant: Date; readonly type: ScheduleEntry['backupType']};

/** Of several due at one instant one run is made, the FULL where there is one (decision D30). */
const dueInstants = ({entries, from}: SimulationInput, until: Date): readonly Due[] => {
	const due = new Map<number, Due>();
	for (const {schedule, backupType} of entries) {
		for (const instant of instantsBetween(schedule, from, until)) {
			if (backupType === 'FULL' || !due.has(instant.getTime())) {
				due.set(instant.getTime(), {instant, type: backupType});
			}
		}
	}

	return [...due.values()].toSorted((one, other) => one.instant.getTime() - other.instant.getTime());
};

const target = {
	uid: 'simulated', kind: 'Neo4jEnterpriseCluster', namespace: 'simulated', name: 'simulated',
};

const createState = (input: SimulationInput) => {
	const {policy, maxChainLength, alwaysFull, databases, sizes} = input;
	let live: readonly CatalogueArtifact[] = [];
	let archivedBytes = 0;
	let expired = 0;
	let transaction = 0;
	let next: 'FULL' | 'AUTO' | undefined;
	const marks = new Map<string, number>();
	const gone: SimulatedChain[] = [];
	/** Artifacts since the last FULL: all that the next run has to know. */
	let newest: readonly CatalogueArtifact[] = [];

	const sweep = (now: Date): void => {
		if (!policy) {
			return;
		}

		const verdicts = Map.groupBy(plan({
			chains: buildChains(live), policy, now, pins: [],
		}), ({chain}) => chain);
		const removed = new Set<string>();
		for (const members of verdicts.values()) {
			if (members.some(({verdict}) => verdict === 'keep')) {
				for (const {artifact} of members) {
					marks.delete(artifact.name);
				}

				continue;
			}

			if (members.every(({artifact: {name}}) => now.getTime() - (marks.get(name) ?? Number.POSITIVE_INFINITY) >= graceMs)) {
				const artifacts = members.map(({artifact}) => artifact);
				gone.push({...summary(artifacts), gone: now});
				expired += artifacts.length;
				archivedBytes += members[0]!.verdict === 'archive' ? bytesOf(artifacts) : 0;
				for (const {name} of artifacts) {
					removed.add(name);
					marks.delete(name);
				}
			}

			for (const {artifact: {name}} of members) {
				if (!removed.has(name) && !marks.has(name)) {
					marks.set(name, now.getTime());
				}
			}
		}

		live = live.filter(({name}) => !removed.has(name));
	};

	return {
		run({instant, type}: Due): void {
			const full = alwaysFull || newest.length === 0 || type === 'FULL' || next === 'FULL';
			transaction++;
			const taken = databases.map(database => artifact({
				database, instant, full, transaction, size: full ? sizes.full : sizes.differential,
			}));
			live = [...live, ...taken];
			newest = full ? taken : [...newest, ...taken];
			next = nextBackupType({
				catalogue: {artifacts: newest},
				policy: {maxChainLength, ...(policy?.maxCount !== undefined && {maxCount: policy.maxCount}), ...(policy?.maxAge && {maxAgeMs: policy.maxAge.milliseconds})},
				run: {
					type: full ? 'FULL' : 'DIFF', requested: databases, missing: [], target, artifacts: taken,
				},
				wanted: type,
				now: instant,
			});
			sweep(instant);
		},
		expired: () => expired,
		totals: () => ({
			restorePoints: live.length, chains: buildChains(live).length, bytes: bytesOf(live), archivedBytes,
		}),
		chains: (): readonly SimulatedChain[] => [...gone, ...buildChains(live).map(({members}: Chain) => summary(members))]
			.toSorted((one, other) => one.from.getTime() - other.from.getTime()),
	};
};

type Taken = {readonly database: string; readonly instant: Date; readonly full: boolean; readonly transaction: number; readonly size: number};

const artifact = ({database, instant, full, transaction, size}: Taken): CatalogueArtifact => {
	const time = instant.toISOString();
	return {
		name: `${database}-${time.slice(0, 19).replaceAll(':', '-')}.backup`,
		database,
		databaseID: database,
		timeline: 'simulated',
		size,
		time,
		takenAt: time,
		orderTime: time,
		full,
		compressed: true,
		lowestTx: full ? 1 : transaction,
		highestTx: transaction,
		verification: 'notRequested',
		runID: `${compactTime(instant)}-00000000`,
		targetUID: target.uid,
		state: 'present',
	};
};

const bytesOf = (artifacts: ReadonlyArray<{readonly size: number}>): number => artifacts.reduce((sum, {size}) => sum + size, 0);

const summary = (artifacts: readonly CatalogueArtifact[]): SimulatedChain => ({
	database: artifacts[0]!.database,
	from: new Date(artifacts[0]!.time),
	last: new Date(artifacts.at(-1)!.time),
	members: artifacts.map(({time}) => new Date(time)),
	bytes: bytesOf(artifacts),
});
