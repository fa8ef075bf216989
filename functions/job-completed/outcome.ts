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
export const runState = (observation: JobObservation, run: Pick<BackupRun, 'startTime'>, now: Date): RunState => {
	switch (observation.state) {
		case 'lost': {
			return final({
				status: 'Failed', reason: 'JobLost', message: 'the Job of this run is gone: it was deleted before its outcome could be recorded. What it wrote is found by the next run', completionTime: now.toISOString(),
			});
		}

		case 'complete': {
			return final({...times(observation, now), ...success(observation.summary)});
		}

		case 'failed': {
			return final({...times(observation, now), ...failure(observation)});
		}

		case 'active': {
			return active(observation, now.getTime() - Date.parse(run.startTime));
		}
	}
};

const final = (outcome: FinalOutcome): RunState => ({state: 'final', outcome});

const times = ({startTime, completionTime}: {startTime?: string; completionTime?: string}, now: Date) => ({
	...(startTime && {startTime}), completionTime: completionTime ?? now.toISOString(),
});

const success = (summary: RunSummary | undefined): Pick<FinalOutcome, 'status' | 'reason' | 'message' | 'summary'> => ({
	status: 'Succeeded',
	reason: 'BackupSucceeded',
	message: summary?.message ?? 'the Job completed; the artifacts it proved are read from the catalogue by the next sweep',
	...(summary && {summary}),
});

type Failure = Extract<JobObservation, {state: 'failed'}>;

const failure = (observed: Failure): Pick<FinalOutcome, 'status' | 'reason' | 'message' | 'summary'> => {
	const {summary} = observed;
	if (observed.exitCode === exitCodes.partial) {
		return {
			status: 'PartiallySucceeded', reason: 'PartiallySucceeded', message: summary?.message ?? 'some databases were not backed up; the catalogue says which', ...present({summary}),
		};
	}

	if (observed.reason === 'DeadlineExceeded') {
		return {
			status: 'Failed', reason: 'TimedOut', message: sentence('the Job ran past options.timeout and was ended', observed.podProblem), ...present({summary}),
		};
	}

	return failed(observed, summary?.outcome === 'succeeded' ? undefined : summary);
};

const failed = ({reason, message, podProblem}: Failure, summary: RunSummary | undefined) => ({
	status: 'Failed' as const,
	reason: summary?.reason ?? 'BackupFailed',
	message: sentence(summary?.message, podProblem) || message || reason,
	...present({summary}),
});

const sentence = (...parts: ReadonlyArray<string | undefined>): string => parts.filter(Boolean).join('; ');

const active = ({started, podProblem}: Extract<JobObservation, {state: 'active'}>, ageMs: number): RunState => {
	if (started || ageMs < warnAfterMs) {
		return {state: 'running'};
	}

	const minutes = Math.floor(ageMs / minute);
	return {
		state: 'not-started',
		giveUp: ageMs >= giveUpAfterMs,
		message: `no Pod of this run has started for ${minutes} minutes${podProblem ? `: ${podProblem}` : ''}`,
	};
};
