import {buildReconcileRequest} from '#shared/events/build-event.ts';
import {present} from '#shared/present.ts';
import {hasFinalizer} from '#shared/restore/finalizer.ts';
import {type StepContext} from '#shared/restore/step.ts';

/**
A restore that is being deleted is given up by the function that can bring its target back.
*/
export const handOver = async ({emitter, restore, now, traceparent}: StepContext): Promise<void> => {
	if (hasFinalizer(restore)) {
		await emitter.emit(buildReconcileRequest({
			object: restore, handler: 'restore-bringup', reason: 'the restore is being deleted', time: now, ...present({traceparent}),
		}));
	}
};
