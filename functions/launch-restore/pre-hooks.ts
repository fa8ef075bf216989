import {findHeld} from '#shared/restore/find-held.ts';
import {putFinalizer} from '#shared/restore/finalizer.ts';
import {holderOf, takeTarget} from '#shared/restore/hold-target.ts';
import {type Step} from '#shared/restore/step.ts';

/**
Takes the target: from here on its operator, backups and other restores keep away until it is released (row X-095), and a restore that is deleted is not gone before that (row X-097).
*/
export const preHooks: Step = async ({kube, restore}) => {
	await putFinalizer(kube, restore);
	const {holder} = await findHeld(kube, restore);
	if (!holder) {
		return {kind: 'failed', reason: 'TargetGone', message: `${restore.status?.target?.kind} ${restore.status?.target?.name} is gone, or was made anew`};
	}

	const other = holderOf(holder);
	if (other !== undefined && other !== restore.metadata.name) {
		return {kind: 'waiting', reason: 'RestoreInProgress', message: `${restore.status?.target?.name} is being restored by ${other}: this restore waits until that has ended`};
	}

	if (other === undefined) {
		await takeTarget(kube, holder, restore);
	}

	return {kind: 'done'};
};
