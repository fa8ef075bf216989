import {endRestore} from '#shared/restore/end-restore.ts';
import {findHeld} from '#shared/restore/find-held.ts';
import {releaseTarget} from '#shared/restore/hold-target.ts';
import {type Step} from '#shared/restore/step.ts';

/**
Gives the target up, and writes down how the restore ended. A target that is gone is no hindrance.
*/
export const completed: Step = async context => {
	const {kube, restore} = context;
	const {failure, target} = restore.status ?? {};
	await releaseTarget(kube, await findHeld(kube, restore), restore);
	await endRestore(context, failure
		? {message: `The restore failed at ${failure.step}: ${failure.message}`, failure}
		: {message: `Database ${restore.spec.databaseName} of ${target?.name ?? restore.spec.clusterRef} is online with the restored data`});
	return {kind: 'ended'};
};
