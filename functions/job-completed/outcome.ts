import {type JobObservation} from './observation.ts';
import {present} from '#shared/present.ts';
import {exitCodes} from '#shared/runs/exit-codes.ts';
import {type RunSummary} from '#shared/runs/summary.ts';
import {type BackupRun} from '#shared/runs/status.ts';

export type FinalOutcome = {
	readonly status: 'Succeeded' | 'PartiallySucceeded' | 'Failed';
	/** CamelCase word for the condition. */
	readonly reason: string;
	readonly message: string;
	readonly startTime?: string;
	readonly completionTime: string;
	readonly summary?: RunSummary;
};

export type RunState
	= | {readonly state: 'running'}
	/** The Pod has not started for long: say so, or give it up. */
		| {readonly state: 'not-started'; readonly giveUp: boolean; readonly message: string}
		| {readonly state: 'final'; readonly outcome: FinalOutcome};

const minute = 60_000;
const warnAfterMs = 15 * minute;
const giveUpAfterMs = 60 * minute;

/**
What a run's Job amounts to now. A Pod that does not start is spoken of after 15 minutes and given up after an hour (decision D78).
*/
export const runState = (observation: JobObservation, {startTime, jobName}: Pick<BackupRun, 'startTime' | 'jobName'>, now: Date): RunState => {
	switch (observation.state) {
		case 'lost': {
			return final({
				status: 'Failed', reason: 'JobLost', message: 'the Job of this run is gone: it was deleted before its outcome could be recorded. The next run finds what it wrote; the annotation neo4j.com/run-now starts one at once', completionTime: now.toISOString(),
			});
		}

		case 'complete': {
			return final({...times(observation, now), ...success(observation.summary)});
		}

		case 'failed': {
			return final({...times(observation, now), ...failure(observation, `see kubectl logs job/${jobName}`)});
		}

		case 'active': {
			return active(observation, startTime, now);
		}
	}
};

const final = (outcome: FinalOutcome): RunState => ({state: 'final', outcome});

const times = ({startTime, completionTime}: {startTime?: string; completionTime?: string}, now: Date) => ({
	...(startTime && {startTime}), completionTime: completionTime ?? now.toISOString(),
});

type Judgement = Pick<FinalOutcome, 'status' | 'reason' | 'message' | 'summary'>;

const success = (summary: RunSummary | undefined): Judgement => ({
	status: 'Succeeded',
	reason: 'BackupSucceeded',
	message: summary?.message ?? 'the Job completed; the artifacts it proved are read from the catalogue by the next sweep',
	...present({summary}),
});

type Failure = Extract<JobObservation, {state: 'failed'}>;

const failure = (observed: Failure, log: string): Judgement => {
	const {summary, podProblem} = observed;
	if (observed.exitCode === exitCodes.partial) {
		return {
			status: 'PartiallySucceeded', reason: 'PartiallySucceeded', message: sentence(summary?.message ?? 'some databases were not backed up; the catalogue says which', log), ...present({summary}),
		};
	}

	if (observed.reason === 'DeadlineExceeded') {
		return {
			status: 'Failed', reason: 'TimedOut', message: sentence('the Job ran past options.timeout and was ended: raise it if the backup needs longer', podProblem, log), ...present({summary}),
		};
	}

	return failed(observed, log);
};

/** Words that do not speak of a failure are of an attempt that a later one did not repeat. */
const failed = ({reason, message, podProblem, summary}: Failure, log: string): Judgement => {
	const told = summary?.outcome === 'failed' ? summary : undefined;
	const hasRemedy = told?.reason !== undefined && told.reason !== backupFailed;
	return {
		status: 'Failed',
		reason: told?.reason ?? backupFailed,
		message: sentence(sentence(told?.message, podProblem) || message || reason, hasRemedy ? undefined : log),
		...present({summary: told}),
	};
};

/** What `report` calls a failure of neo4j-admin, of which its log says most. */
const backupFailed = 'BackupFailed';

const sentence = (...parts: ReadonlyArray<string | undefined>): string => parts.filter(Boolean).join('; ');

const active = ({idleSince, podProblem}: Extract<JobObservation, {state: 'active'}>, startTime: string, now: Date): RunState => {
	const idleMs = idleSince === undefined ? 0 : now.getTime() - Math.max(Date.parse(idleSince), Date.parse(startTime));
	if (idleMs < warnAfterMs) {
		return {state: 'running'};
	}

	return {
		state: 'not-started',
		giveUp: idleMs >= giveUpAfterMs,
		message: `nothing has run in a Pod of this run for ${Math.floor(idleMs / minute)} minutes: ${podProblem ?? 'see kubectl describe of its Job and Pods'}`,
	};
};
