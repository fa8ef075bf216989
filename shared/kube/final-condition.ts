import {type KubeObject} from './object.ts';

type Condition = {readonly type: string; readonly status: string};
type Job<T extends Condition> = KubeObject & {readonly status?: {readonly conditions?: readonly T[]}};

/**
The condition that says that a Job has ended, `Complete` or `Failed`; undefined while it goes on.
*/
export const finalCondition = <T extends Condition>({status}: Job<T>): T | undefined =>
	status?.conditions?.find(condition => condition.status === 'True' && (condition.type === 'Complete' || condition.type === 'Failed'));
