import {setTimeout} from 'node:timers/promises';
import {type RestoreDependencies} from '#shared/restore/deps.ts';

export const reporter = 'restore-bringup';

/**
What restore-bringup is given: it makes no Job, and needs no image and no defaults of stores.
*/
export type BringUpDependencies = Omit<RestoreDependencies, 'config'>;

/**
Waits a moment, for what usually takes seconds.
*/
export const pauseFor = async ({pause}: Pick<RestoreDependencies, 'pause'>, milliseconds: number): Promise<void> => {
	await (pause ? pause(milliseconds) : setTimeout(milliseconds));
};
