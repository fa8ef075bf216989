import {openPod, type Pod} from './pod.ts';
import {leaveTerminationMessage} from './termination.ts';
import {TerminalError, toError} from '#shared/errors.ts';
import {StoreError} from '#shared/stores/store.ts';
import {exitCodes} from '#shared/runs/exit-codes.ts';
import {encodeSummary, type RunSummary} from '#shared/runs/summary.ts';

/**
Runs what a container of ours is for and leaves its last words: a summary when it has one, else why it failed. The exit code tells the Job whether trying again can help.
*/
export const runContainer = async (environment: NodeJS.ProcessEnv, work: (pod: Pod) => Promise<void | {summary: RunSummary; exit: number}>): Promise<number> => {
	let pod: Pod | undefined;
	try {
		pod = await openPod(environment);
		const result = await work(pod);
		if (!result) {
			return exitCodes.succeeded;
		}

		await leaveTerminationMessage(encodeSummary(result.summary), pod.terminationLog);
		return result.exit;
	} catch (error_) {
		const error = toError(error_);
		const summary = failureSummary(pod?.spec.runID ?? 'unknown', error);
		await leaveTerminationMessage(encodeSummary(summary), pod?.terminationLog ?? environment['TERMINATION_LOG']);
		return isPermanent(error) ? exitCodes.permanent : exitCodes.retry;
	} finally {
		await pod?.store.close();
	}
};

const isPermanent = (error: Error): boolean => error instanceof TerminalError || (error instanceof StoreError && !error.retryable);

const failureSummary = (runID: string, error: Error): RunSummary => ({
	runID,
	outcome: 'failed',
	reason: reasonOf(error),
	message: error.message,
	artifactCount: 0,
	bytes: 0,
	artifacts: [],
	missing: [],
	missingCount: 0,
	fullCount: 0,
});

const reasonOf = (error: Error): string => {
	if (error instanceof StoreError) {
		return error.code === 'Unknown' ? 'StoreFailed' : error.code;
	}

	return error.name === 'Error' ? 'Failed' : error.name.replace(/Error$/v, '');
};
