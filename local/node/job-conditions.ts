import {toTimestamp, type Condition, type JobStatus} from './workloads.ts';

/**
How a Job ends.
*/
export type Ending = {readonly type: 'Complete' | 'Failed'; readonly reason: string; readonly message: string};

/**
The condition that says that a Job is to end, and is there while its last pods go.
*/
export const preliminary = {Complete: 'SuccessCriteriaMet', Failed: 'FailureTarget'} as const;

/**
The condition that a finished Job ended with.
*/
export const endOf = ({conditions = []}: JobStatus): Condition | undefined =>
	conditions.find(({type, status}) => (type === 'Complete' || type === 'Failed') && status === 'True');

/**
The ending that was decided before and still waits for the last pods.
*/
export const pendingEnd = ({conditions = []}: JobStatus): Ending | undefined => {
	for (const type of ['Complete', 'Failed'] as const) {
		const condition = conditions.find(candidate => candidate.type === preliminary[type]);
		if (condition) {
			return {type, reason: condition.reason ?? '', message: condition.message ?? ''};
		}
	}

	return undefined;
};

/**
Whether a Job was suspended when its status was written.
*/
export const wasSuspended = ({conditions = []}: JobStatus): boolean => conditions.some(({type, status}) => type === 'Suspended' && status === 'True');

/**
The conditions with one of them set. One that has that status already stays as it is.
*/
export const withCondition = (conditions: readonly Condition[], condition: Condition, now: Date): readonly Condition[] => {
	const before = conditions.find(({type}) => type === condition.type);
	if (before?.status === condition.status) {
		return conditions;
	}

	const at = toTimestamp(now);
	return [...conditions.filter(({type}) => type !== condition.type), {...condition, lastProbeTime: at, lastTransitionTime: at}];
};
