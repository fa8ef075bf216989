import {toTime} from '#shared/api/conditions.ts';
import {dueOfBackup} from '#shared/schedule/due-of-backup.ts';
import {instantsBetween} from '#shared/schedule/cron.ts';
import {scheduleEntries, schedulePlan, type SchedulePlan} from '#shared/schedule/entries.ts';
import {observeSchedule} from '#shared/schedule/observed-schedule.ts';
import {type ScheduledBackup, type ScheduledRun, type ScheduleSpec} from '#shared/schedule/scheduled-backup.ts';

export const minute = 60_000;

export type Span = {readonly from: number; readonly to: number};

export type World = {
	readonly spec: ScheduleSpec;
	readonly start: number;
	readonly end: number;
	/** When no function runs. */
	readonly outages: readonly Span[];
	/** When the user has set `suspend`. */
	readonly suspensions: readonly Span[];
	/** How long a backup takes. */
	readonly runs: number;
	/** Whether the API server dates the last write of the spec. */
	readonly dated: boolean;
};

export type SimulatedRun = {readonly scheduledTime: number; readonly startTime: number; readonly entry: string};

export const within = (spans: readonly Span[], time: number): boolean => spans.some(({from, to}) => from <= time && time < to);

/**
Lives through a stretch of time with a heartbeat each minute, twice for every third, and answers the runs that were started. Minutes at which nothing can change are passed over.
*/
export const simulate = (world: World): SimulatedRun[] => {
	const runs: SimulatedRun[] = [];
	const plan = schedulePlan(world.spec);
	const planned = plannedMinutes(world);
	let state = created(world);
	for (let time = planned[0], index = 0; time !== undefined; time = earliest([planned[index + 1], ...endsAfter(time, runs, world)])) {
		index += planned[index + 1] === time ? 1 : 0;
		state = edited(state, world, time);
		for (let tick = 0; !within(world.outages, time) && tick < (time % (3 * minute) === 0 ? 2 : 1); tick++) {
			state = ticked(finished(state, world, time), {now: new Date(time + 2000), plan, runs});
		}
	}

	return runs;
};

const earliest = (times: ReadonlyArray<number | undefined>): number | undefined => {
	const known = times.filter(time => time !== undefined);
	return known.length === 0 ? undefined : Math.min(...known);
};

const endsAfter = (time: number, runs: readonly SimulatedRun[], world: World): number[] => {
	const end = (runs.at(-1)?.startTime ?? 0) + world.runs;
	return [1, 2].map(after => (Math.floor(end / minute) + after) * minute).filter(moment => moment > time && moment <= world.end);
};

/** All instants of all entries after the start. */
export const allInstants = ({spec, start, end}: World): number[] => scheduleEntries(spec)
	.flatMap(({schedule}) => instantsBetween(schedule, new Date(start), new Date(end)))
	.map(instant => instant.getTime());

const created = ({spec, start}: World): ScheduledBackup => ({
	metadata: {
		name: 'b', uid: 'uid-1', generation: 1, creationTimestamp: toTime(new Date(start)),
	}, spec, status: {},
});

const plannedMinutes = (world: World): number[] => {
	const edges = [...world.outages, ...world.suspensions].flatMap(({from, to}) => [from, to]);
	const near = [world.start, ...allInstants(world), ...edges].flatMap(time => [time, time + minute]);
	return [...new Set(near.filter(time => time >= world.start && time <= world.end).map(time => Math.ceil(time / minute) * minute))].toSorted((a, b) => a - b);
};

const edited = (state: ScheduledBackup, {spec, suspensions, dated}: World, time: number): ScheduledBackup => {
	const suspend = within(suspensions, time);
	return suspend === Boolean(state.spec.suspend)
		? state
		: {
			...state,
			metadata: {
				...state.metadata, generation: state.metadata.generation! + 1, ...(dated && {managedFields: [{time: toTime(new Date(time)), fieldsV1: {'f:spec': {}}}]}),
			},
			spec: {...spec, suspend},
		};
};

const finished = (state: ScheduledBackup, world: World, time: number): ScheduledBackup => ({
	...state,
	status: {
		...state.status,
		history: (state.status?.history ?? []).map(run => run.completionTime === undefined && Date.parse(run.startTime) + world.runs <= time
			? {...run, status: 'Succeeded', completionTime: toTime(new Date(Date.parse(run.startTime) + world.runs))}
			: run),
	},
});

// As launch-backup does it: the intent and the cursor in one write.
const ticked = (state: ScheduledBackup, {now, plan, runs}: {readonly now: Date; readonly plan: SchedulePlan; readonly runs: SimulatedRun[]}): ScheduledBackup => {
	const decision = dueOfBackup(state, now, plan);
	const isBusy = state.status?.history?.some(({completionTime}) => completionTime === undefined) ?? false;
	const observedSchedule = observeSchedule(state, now);
	const {run, decided, skipped} = decision;
	if (run && isBusy) {
		return state;
	}

	if (!run) {
		const mustWrite = skipped.length > 0 || state.status?.observedSchedule?.expression !== observedSchedule.expression;
		return mustWrite ? {...state, status: {...state.status, observedSchedule, ...(decided && {lastScheduleTime: toTime(decided)})}} : state;
	}

	runs.push({scheduledTime: run.scheduledTime.getTime(), startTime: now.getTime(), entry: run.entry});
	const started: ScheduledRun = {scheduledTime: toTime(run.scheduledTime), startTime: toTime(now), status: 'Running'};
	return {
		...state, status: {
			...state.status, observedSchedule, lastScheduleTime: toTime(decided!), history: [started, ...state.status?.history ?? []].slice(0, 10),
		},
	};
};
