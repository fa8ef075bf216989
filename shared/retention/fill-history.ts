import {formatBytes, throughput} from '../api/sizes.ts';
import {newestSuccess} from '../runs/history.ts';
import {type BackupRun, type BackupStatus} from '../runs/status.ts';
import {formatDuration} from '../schedule/duration.ts';
import {present} from '../present.ts';
import {type RunFacts} from './sweep-outcome.ts';

/**
Run ids of entries that lack what their manifest knows: the Job's last words were lost, or had no room for it. A run whose Job is there counts too: its success is told before it is recorded, so that its sweep may be the faster one.
*/
export const incompleteRuns = (status: BackupStatus | undefined): readonly string[] => (status?.history ?? [])
	.filter(run => run.status === 'Running' ? run.jobUID !== undefined : lacksFacts(run))
	.flatMap(({runID}) => runID === undefined ? [] : [runID]);

/**
Whether the entry of a run that left backups behind does not say which.
*/
export const lacksFacts = ({status, stats, artifactCount}: BackupRun): boolean =>
	status !== 'Running' && status !== 'Failed' && (!stats || artifactCount === undefined);

/**
History and `stats` of a status, with the facts of manifests where they are missing.
*/
export const fillHistory = (status: BackupStatus, facts: readonly RunFacts[]): Pick<BackupStatus, 'history' | 'stats'> => {
	const known = new Map(facts.map(fact => [fact.runID, fact]));
	const history = status.history?.map(run => {
		const fact = run.runID === undefined ? undefined : known.get(run.runID);
		return fact && run.status !== 'Running' ? fillRun(run, fact) : run;
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
