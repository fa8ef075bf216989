import {type WriteOptions} from '../api.ts';
import {type Change} from '../storage/storage.ts';

/**
What a controller has to look at after a change: a key, under which repeated requests are one, and the work.
*/
export type Task = readonly [key: string, work: () => void];

/**
The part of the control plane that follows up on what was stored.
*/
export type Controller = {
	/** What is to be done at the start, for what an earlier process left. */
	readonly initial: () => readonly Task[];
	readonly onChange: (change: Change) => readonly Task[];
};

/**
How controllers write: without validation messages for anyone, ownership left as it is.
*/
export const asController: WriteOptions = {
	dryRun: false, fieldValidation: 'Ignore', warn: () => undefined, own: after => after.metadata.managedFields,
};
