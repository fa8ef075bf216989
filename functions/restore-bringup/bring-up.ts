import {besides} from './besides.ts';
import {bringDatabaseUp, wasStopped, type BroughtUp} from './bring-database-up.ts';
import {pauseFor} from './deps.ts';
import {limits, sinceStep} from './limits.ts';
import {toTime} from '#shared/api/conditions.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {findHeld} from '#shared/restore/find-held.ts';
import {type Step, type StepContext, type StepOutcome} from '#shared/restore/step.ts';

/** How often and how long a call tries to reach a target, which has its place behind its Service some seconds after its servers are ready; what takes longer the scan looks at again. */
const looks = 5;
const betweenMs = 2000;
const forMs = 10_000;

/**
Brings the database up with the restored data, by one statement that is sent once per restore (row R-011); after a failure, with what it held before.
*/
export const bringUp: Step = async context => {
	const end = performance.now() + forMs;
	for (let look = 1; ; look++) {
		// An intent is as old as it is, however long a target was waited for.
		const outcome = await attempt({...context, now: await context.kube.now()});
		if (outcome.kind !== 'waiting' || look === looks || performance.now() > end) {
			return outcome;
		}

		await pauseFor(context, betweenMs);
	}
};

const attempt: Step = async context => {
	const {kube, restore} = context;
	if (restore.status?.failure) {
		const {statefulSet} = await findHeld(kube, restore);
		return wasStopped(restore) && statefulSet ? afterFailure(context, await bringDatabaseUp(context, 'asBefore')) : {kind: 'done'};
	}

	return withRestoredData(context, await bringDatabaseUp(context, 'restored'));
};

const withRestoredData = async (context: StepContext, result: BroughtUp): Promise<StepOutcome> => {
	const {restore, now} = context;
	switch (result.kind) {
		case 'done': {
			return {kind: 'done', message: `Database ${restore.spec.databaseName} is being brought online`};
		}

		case 'begin': {
			return begun(context, result);
		}

		case 'impossible': {
			return {...result, kind: 'failed'};
		}

		case 'unreachable': {
			const message = `Database ${restore.spec.databaseName} cannot be brought online yet: ${result.message}`;
			return sinceStep(restore, now) < limits.bolt
				? {kind: 'waiting', reason: 'TargetUnreachable', message}
				: {kind: 'failed', reason: 'BringUpFailed', message: `Database ${restore.spec.databaseName} could not be brought online for ${limits.bolt / 60_000} minutes: ${result.message}`};
		}
	}
};

/** Whatever becomes of it is a part of the message of the failure. */
const afterFailure = async (context: StepContext, result: BroughtUp): Promise<StepOutcome> => {
	const {restore, now} = context;
	const told = (sentence: string): StepOutcome => ({kind: 'done', status: {failure: besides(restore.status!.failure!, sentence)}});
	switch (result.kind) {
		case 'done': {
			return result.remark === undefined ? {kind: 'done'} : told(result.remark);
		}

		case 'begin': {
			return begun(context, result);
		}

		case 'impossible': {
			return told(`Database ${restore.spec.databaseName} is still stopped: ${result.message}`);
		}

		case 'unreachable': {
			return sinceStep(restore, now) < limits.boltAfterFailure
				? {kind: 'waiting', reason: 'TargetUnreachable', message: `Database ${restore.spec.databaseName} cannot be started again yet: ${result.message}`}
				: told(`Database ${restore.spec.databaseName} is still stopped (START DATABASE): ${result.message}`);
		}
	}
};

const begun = async ({kube, restore, now, reporter}: StepContext, {statement, remark}: BroughtUp & {readonly kind: 'begin'}): Promise<StepOutcome> => {
	if (remark !== undefined) {
		await recordEvent(kube, restore, {
			type: 'Normal', reason: 'TopologyChosen', message: remark, cause: 'topology', reporter,
		});
	}

	return {kind: 'begun', status: {broughtUpAt: toTime(now)}, message: `Sends ${statement.text}`};
};
