import {isDeepStrictEqual} from 'node:util';
import {setCondition, toTime} from '../api/conditions.ts';
import {restoreApiVersion} from '../api/group.ts';
import {ConflictError} from '../errors.ts';
import {buildReconcileRequest} from '../events/build-event.ts';
import {recordEvent} from '../kube/events.ts';
import {present} from '../present.ts';
import {type RestoreDependencies} from './deps.ts';
import {type Step, type StepContext, type StepOutcome} from './step.ts';
import {
	isEnded, type Neo4jRestore, type RestoreStatus, type RestoreStep,
} from './status.ts';
import {
	handlerOf, mayBeStopped, stepAfter, stepAfterFailure, type RestoreHandler,
} from './steps.ts';

type Journey = {
	readonly name: string;
	readonly namespace: string;
	/** The function that is at work: it does the steps that are its own. */
	readonly reporter: RestoreHandler;
	readonly steps: Readonly<Partial<Record<RestoreStep, Step>>>;
	/** What is done with a restore that is being deleted. */
	readonly abandon: (context: StepContext) => Promise<void>;
	/** Ends a restore that fails before anything was stopped. */
	readonly fail: (context: StepContext, failure: NonNullable<RestoreStatus['failure']>) => Promise<void>;
	readonly traceparent?: string;
};

/** Steps and writes that one event may cause; after that it comes again. */
const most = 40;

/**
Moves a restore on by all steps of one function that are possible now. Each outcome is written with the resourceVersion that its step was decided on: who loses that race decides anew from what the winner wrote (decision D77). Where the next step is another function's, that one is asked to go on before the write.
*/
export const advance = async (dependencies: RestoreDependencies, journey: Journey): Promise<void> => {
	let isBegun = false;
	for (let turn = 0; turn < most; turn++) {
		try {
			const became = await advanceOnce(dependencies, journey, isBegun);
			if (became === 'rests') {
				return;
			}

			isBegun = became === 'begun';
		} catch (error) {
			if (!(error instanceof ConflictError)) {
				throw error;
			}

			isBegun = false;
		}
	}

	throw new Error(`The restore ${journey.namespace}/${journey.name} changed ${most} times while it was looked at`);
};

type WrittenOutcome = Exclude<StepOutcome, {readonly kind: 'ended'}>;
type Became = 'goesOn' | 'begun' | 'rests';

const advanceOnce = async (dependencies: RestoreDependencies, {name, namespace, reporter, steps, abandon, fail, traceparent}: Journey, isBegun: boolean): Promise<Became> => {
	const {kube} = dependencies;
	const restore = await kube.get<Neo4jRestore>({
		apiVersion: restoreApiVersion, kind: 'Neo4jRestore', namespace, name,
	});
	if (!restore) {
		return 'rests';
	}

	const context: StepContext = {
		...dependencies, restore, reporter, isBegun, now: await kube.now(), ...present({traceparent}),
	};
	if (restore.metadata.deletionTimestamp) {
		await abandon(context);
		return 'rests';
	}

	const step = isEdited(restore) ? 'Validate' : restore.status?.step ?? 'Validate';
	const run = steps[step];
	if (isEnded(restore) || !run) {
		return 'rests';
	}

	const outcome = await run(context);
	if (outcome.kind === 'ended') {
		return 'rests';
	}

	if (outcome.kind === 'failed' && !mayBeStopped(step)) {
		await fail(context, {step, reason: outcome.reason, message: outcome.message});
		return 'rests';
	}

	return settle(context, step, outcome);
};

/** Before the first effect an edit of the manifest begins anew (decision D48). */
const isEdited = ({metadata, status}: Neo4jRestore): boolean => status?.phase === 'Pending' && status.observedGeneration !== metadata.generation;

const settle = async (context: StepContext, step: RestoreStep, outcome: WrittenOutcome): Promise<Became> => {
	const {kube, emitter, restore, now, reporter, traceparent} = context;
	const status = statusAfter(restore, step, outcome, now);
	if (outcome.kind === 'waiting' && outcome.isWarning) {
		await recordEvent(kube, restore, {
			type: 'Warning', reason: outcome.reason, message: outcome.message, cause: `${restore.metadata.generation} ${outcome.message}`, reporter,
		});
	}

	const handler = handlerOf(status.step!);
	if (handler !== reporter) {
		await emitter.emit(buildReconcileRequest({
			object: restore, handler, reason: `the step ${status.step} is to be done`, time: now, ...present({traceparent}),
		}));
	}

	const isWritten = !isDeepStrictEqual(status, restore.status);
	if (isWritten) {
		await kube.replaceStatus({...restore, status});
	}

	if (outcome.kind === 'begun') {
		return isWritten ? 'begun' : 'goesOn';
	}

	return outcome.kind === 'waiting' || handler !== reporter ? 'rests' : 'goesOn';
};

/**
The status after a step. A failure after something may have been stopped is remembered while the target is brought back.
*/
export const statusAfter = (restore: Neo4jRestore, step: RestoreStep, outcome: WrittenOutcome, now: Date): RestoreStatus => {
	const before = restore.status ?? {};
	const next = nextStep(step, outcome);
	const changed = {
		phase: before.phase ?? 'Pending',
		...before,
		...outcome.status,
		observedGeneration: restore.metadata.generation!,
		step: next,
		...((next !== before.step) && {stepTime: toTime(now)}),
		...(outcome.kind === 'failed' && {failure: {step, reason: outcome.reason, message: outcome.message}}),
		...('message' in outcome && outcome.message !== undefined && {message: outcome.message}),
	};
	let {conditions} = before;
	for (const condition of [...outcome.conditions ?? [], ...readyCondition(outcome)]) {
		conditions = setCondition(conditions, condition, now, restore.metadata.generation);
	}

	return present({...changed, conditions});
};

const readyCondition = (outcome: WrittenOutcome) => outcome.kind === 'waiting'
	? [{
		type: 'Ready', status: 'False' as const, reason: outcome.reason, message: outcome.message,
	}]
	: [];

const nextStep = (step: RestoreStep, outcome: WrittenOutcome): RestoreStep => {
	switch (outcome.kind) {
		case 'done': {
			return outcome.next ?? stepAfter(step);
		}

		case 'failed': {
			return stepAfterFailure(step);
		}

		case 'begun':
		case 'waiting': {
			return step;
		}
	}
};
