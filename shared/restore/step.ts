import {type NewCondition} from '../api/conditions.ts';
import {type RestoreDependencies} from './deps.ts';
import {type Neo4jRestore, type RestoreStatus, type RestoreStep} from './status.ts';

export type StepContext = RestoreDependencies & {
	/** As it was read for this step. */
	readonly restore: Neo4jRestore;
	/** The API server's time. */
	readonly now: Date;
	/** Whether this very call follows the write of its own `begun`, which nobody else has made: whoever finds an intent without it may be beside somebody who is at it. */
	readonly isBegun: boolean;
	/** The function that does the step, for Events. */
	readonly reporter: string;
	readonly traceparent?: string;
};

type Observed = {
	/** Fields that are written with the outcome; `undefined` takes one away. */
	readonly status?: {readonly [Field in keyof RestoreStatus]?: RestoreStatus[Field] | undefined};
	readonly conditions?: readonly NewCondition[];
};

/**
What became of a step: it is done; it is to be `begun` once what it is about to do is written down; it waits for something that an event or the scan will tell of; it can never succeed; or it has itself written that the restore has ended.
*/
export type StepOutcome = Observed & (
	| {readonly kind: 'done'; readonly message?: string; /** Another step than the one after it. */ readonly next?: RestoreStep}
	| {readonly kind: 'begun'; readonly message?: string}
	| {readonly kind: 'waiting'; readonly reason: string; readonly message: string; /** Whether people should hear of it by an Event. */ readonly isWarning?: boolean}
	| {readonly kind: 'failed'; readonly reason: string; readonly message: string}
	| {readonly kind: 'ended'}
);

/**
One step of a restore. It may be called any number of times, also at once: what it finds done it does not do again. It is given the object as it was just read, changes it by its outcome alone, and throws for what may succeed when the event comes again.
*/
export type Step = (context: StepContext) => Promise<StepOutcome>;
