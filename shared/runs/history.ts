import {type BackupRun} from './status.ts';

/** Finished runs that `status.history` keeps; the catalogue has the rest (decision D26). */
export const finishedRunsKept = 10;

const isSuccess = ({status}: BackupRun): boolean => status === 'Succeeded';

/**
The history with one entry put in place of the one with the same run id, or in front: newest first, the ten newest, every running one, and the newest success.
*/
export const withRun = (history: readonly BackupRun[] | undefined, run: BackupRun): BackupRun[] => {
	const others = (history ?? []).filter(({runID}) => runID !== run.runID);
	const all = [run, ...others].toSorted((a, b) => Date.parse(b.startTime) - Date.parse(a.startTime));
	const newestSuccess = all.find(entry => isSuccess(entry));
	return all.filter((entry, index) => index < finishedRunsKept || entry.status === 'Running' || entry === newestSuccess);
};

export const findRun = (history: readonly BackupRun[] | undefined, runID: string): BackupRun | undefined => history?.find(entry => entry.runID === runID);

export const openRuns = (history: readonly BackupRun[] | undefined): readonly BackupRun[] => (history ?? []).filter(({status}) => status === 'Running');

export const newestSuccess = (history: readonly BackupRun[] | undefined): BackupRun | undefined => history?.find(entry => isSuccess(entry));

export const newestFinished = (history: readonly BackupRun[] | undefined): BackupRun | undefined => history?.find(({status}) => status !== 'Running');
