import {endRestore} from '#shared/restore/end-restore.ts';
import {type RestoreStatus} from '#shared/restore/status.ts';
import {releaseTarget} from '#shared/restore/hold-target.ts';
import {findHeld} from '#shared/restore/find-held.ts';
import {type StepContext} from '#shared/restore/step.ts';

/**
Ends a restore that fails before it has stopped anything: the target is released, as it was.
*/
export const failBeforeStop = async (context: StepContext, failure: NonNullable<RestoreStatus['failure']>): Promise<void> => {
	const {kube, restore} = context;
	await releaseTarget(kube, await findHeld(kube, restore), restore);
	await endRestore(context, {message: `The restore failed at ${failure.step}, before anything was stopped: ${failure.message}`, failure});
};
