import {toTime} from '../api/conditions.ts';
import {type BackupType} from '../runs/run-spec.ts';
import {newestBetween, nextAfter} from './cron.ts';
import {formatDuration} from './duration.ts';
import {type ScheduleEntry, type SchedulePolicy} from './entries.ts';
import {jitterOffset} from './jitter.ts';

export type DueQuestion = {
	readonly uid: string;
	/** None for a CR without a schedule, or a suspended one. */
	readonly entries: readonly ScheduleEntry[];
	readonly policy: SchedulePolicy;
	/** Instants up to this one are decided, or do not count. */
	readonly decidedUntil: Date;
	/** When the CR was kept from starting runs (another one went on, the target was not ready): what came due then waited, and was not missed. */
	readonly held?: {readonly since: Date; readonly until: Date};
	readonly now: Date;
};

export type DueRun = {
	readonly scheduledTime: Date;
	/** When it was to start: its instant, put off by the jitter. */
	readonly dueTime: Date;
	/** The name of its entry. */
	readonly entry: string;
	readonly backupType: BackupType;
	/** Nobody was there to start it in time. */
	readonly catchUp: boolean;
};

export type SkippedInstant = {
	readonly scheduledTime: Date;
	readonly entry: string;
	readonly reason: 'StartingDeadlineExceeded' | 'MissedSchedule';
	/** A sentence for the Event. */
	readonly message: string;
};

export type DueDecision = {
	/** What may start now. */
	readonly run?: DueRun;
	/** The newest instant of an entry that will not be run any more. */
	readonly skipped: readonly SkippedInstant[];
	/** What `lastScheduleTime` becomes once the run has started, or when there is only something skipped; absent when nothing was due. */
	readonly decided?: Date;
	/** The next instant, of all entries. */
	readonly next?: Date;
};

type Candidate = {readonly entry: ScheduleEntry; readonly scheduledTime: Date; readonly dueTime: Date; readonly lateness: number};

/** The heartbeat comes every minute; what is looked at this much late, nobody was there to see in time. */
const seenInTime = 2 * 60 * 1000;

const preference: readonly BackupType[] = ['FULL', 'AUTO', 'DIFF'];

/**
Which run of a schedule may start now, if any. Of the instants that have passed since the last decision only the newest of each entry counts, and of those one: a FULL before a DIFF, then the newest. All older ones are covered by it.

An instant past `startingDeadline` is left out. With `catchUp: Skip` one is also left out when it was missed: when it is looked at more than two minutes after its due time, or after the end of what it had to wait for.
*/
export const dueRun = (question: DueQuestion): DueDecision => {
	const candidates = question.entries.map(entry => newestCandidate(question, entry)).filter(candidate => candidate !== undefined);
	const judged = candidates.map(candidate => ({candidate, skipped: reasonToSkip(question, candidate)}));
	const [chosen] = judged.filter(({skipped}) => !skipped).map(({candidate}) => candidate).toSorted(byPreference);
	const newest = Math.max(...candidates.map(({scheduledTime}) => scheduledTime.getTime()));
	return {
		...(chosen && {run: toRun(chosen)}),
		skipped: judged.map(({skipped}) => skipped).filter(skipped => skipped !== undefined),
		...(candidates.length > 0 && {decided: new Date(newest)}),
		...nextInstant(question),
	};
};

const newestCandidate = (question: DueQuestion, entry: ScheduleEntry): Candidate | undefined => {
	const {uid, policy, decidedUntil, now} = question;
	const offset = jitterOffset(uid, policy.jitter);
	const scheduledTime = newestBetween(entry.schedule, decidedUntil, new Date(now.getTime() - offset));
	if (!scheduledTime) {
		return undefined;
	}

	const dueTime = new Date(scheduledTime.getTime() + offset);
	return {
		entry, scheduledTime, dueTime, lateness: now.getTime() - readyTime(question, dueTime),
	};
};

const readyTime = ({held}: DueQuestion, dueTime: Date): number => {
	const waited = held && dueTime.getTime() + seenInTime >= held.since.getTime() && dueTime <= held.until;
	return waited ? held.until.getTime() : dueTime.getTime();
};

const reasonToSkip = ({policy: {startingDeadline, catchUp}, now}: DueQuestion, {entry, scheduledTime, dueTime, lateness}: Candidate): SkippedInstant | undefined => {
	const late = now.getTime() - dueTime.getTime();
	const skipped = {scheduledTime, entry: entry.name};
	const start = `The backup of ${toTime(scheduledTime)}${entry.name && ` (${entry.name})`} was not started: `;
	if (startingDeadline !== undefined && late > startingDeadline) {
		return {...skipped, reason: 'StartingDeadlineExceeded', message: `${start}it is ${formatDuration(late)} late, and startingDeadline is ${formatDuration(startingDeadline)}`};
	}

	return catchUp === 'Skip' && lateness > seenInTime
		? {...skipped, reason: 'MissedSchedule', message: `${start}its time was missed by ${formatDuration(late)}, and catchUp is Skip`}
		: undefined;
};

const byPreference = (a: Candidate, b: Candidate): number =>
	preference.indexOf(a.entry.backupType) - preference.indexOf(b.entry.backupType) || b.scheduledTime.getTime() - a.scheduledTime.getTime();

const toRun = ({entry, scheduledTime, dueTime, lateness}: Candidate): DueRun => ({
	scheduledTime, dueTime, entry: entry.name, backupType: entry.backupType, catchUp: lateness > seenInTime,
});

const nextInstant = ({entries, now}: DueQuestion): {next?: Date} => {
	const next = entries.map(({schedule}) => nextAfter(schedule, now).getTime());
	return next.length > 0 ? {next: new Date(Math.min(...next))} : {};
};
