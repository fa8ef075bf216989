import {type RestoreStep} from './status.ts';

/**
The functions that move a restore on.
*/
export type RestoreHandler = 'launch-restore' | 'restore-bringup';

/**
The steps in their order, and whose each is. What lies before `Stop` changes nothing of the target but that it is taken.
*/
const handlers: Readonly<Record<RestoreStep, RestoreHandler>> = {
	Validate: 'launch-restore',
	ResolveSource: 'launch-restore',
	CheckDatabase: 'launch-restore',
	PreHooks: 'launch-restore',
	VerifyBackup: 'launch-restore',
	Stop: 'launch-restore',
	RestoreJob: 'launch-restore',
	Start: 'restore-bringup',
	BringUp: 'restore-bringup',
	AwaitOnline: 'restore-bringup',
	PostHooks: 'restore-bringup',
	Completed: 'restore-bringup',
};

const order = Object.keys(handlers) as readonly RestoreStep[];

export const handlerOf = (step: RestoreStep): RestoreHandler => handlers[step];

/**
The step after one. Nothing comes after `Completed`.
*/
export const stepAfter = (step: RestoreStep): RestoreStep => order[order.indexOf(step) + 1] ?? 'Completed';

/**
Whether at a step the target may have been stopped already, so that a failure has to bring it back.
*/
export const mayBeStopped = (step: RestoreStep): boolean => order.indexOf(step) >= order.indexOf('Stop');

/**
The step that goes on with a failure after something may have been stopped: whatever lies before `Start` is undone from there; whose servers did not come back may still have its database started; after that there is nothing to bring back.
*/
export const stepAfterFailure = (step: RestoreStep): RestoreStep => {
	if (order.indexOf(step) < order.indexOf('Start')) {
		return 'Start';
	}

	return step === 'Start' ? 'BringUp' : 'Completed';
};
