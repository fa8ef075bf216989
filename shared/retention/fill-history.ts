import {formatBytes, throughput} from '../api/sizes.ts';
import {newestSuccess} from '../runs/history.ts';
import {type BackupRun, type BackupStatus} from '../runs/status.ts';
import {formatDuration} from '../schedule/duration.ts';
import {present} from '../present.ts';
import {type RunFacts} from './sweep-outcome.ts';

/**
Run ids of finished entries that lack what their manifest knows: the Job's last words were lost, or had no room for it.
*/
export const incompleteRuns = (status: BackupStatus | undefined): readonly string[] => (status?.history ?? [])
	.filter(run => run.status !== 'Running' && run.status !== 'Failed' && (!run.stats || run.artifactCount === undefined))
	.flatMap(({runID}) => runID === undefined ? [] : [runID]);

/**
History and `stats` of a status, with the facts of manifests where they are missing.
*/
export const fillHistory = (status: BackupStatus, facts: readonly RunFacts[]): Pick<BackupStatus, 'history' | 'stats'> => {
	const known = new Map(facts.map(fact => [fact.runID, fact]));
	const history = status.history?.map(run => {
		const fact = run.runID === undefined ? undefined : known.get(run.runID);
		return fact ? fillRun(run, fact) : run;
	});
	return present({history, stats: status.stats ?? newestSuccess(history)?.stats});
};

const fillRun = (run: BackupRun, {bytes, artifactCount, artifacts}: RunFacts): BackupRun => ({
	...run,
	artifacts: run.artifacts && run.artifacts.length >= artifacts.length ? run.artifacts : artifacts,
	artifactCount,
	...present({stats: run.stats ?? statsOf(run, bytes, artifactCount)}),
});

const statsOf = ({startTime, completionTime}: BackupRun, bytes: number, fileCount: number): BackupRun['stats'] => {
	if (!completionTime) {
		return undefined;
	}

	const milliseconds = Date.parse(completionTime) - Date.parse(startTime);
	return {
		size: formatBytes(bytes), duration: formatDuration(milliseconds), throughput: throughput(bytes, milliseconds), fileCount,
	};
};
