import {type RestoreStatus} from '#shared/restore/status.ts';

type Failure = NonNullable<RestoreStatus['failure']>;

/**
A failure with one more sentence: what became of the target since.
*/
export const besides = (failure: Failure, sentence: string): Failure => ({...failure, message: `${failure.message.replace(/\.?$/v, '.')} ${sentence}`});
