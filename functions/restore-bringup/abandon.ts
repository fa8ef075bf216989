import {bringDatabaseUp, wasStopped} from './bring-database-up.ts';
import {pauseFor} from './deps.ts';
import {limits} from './limits.ts';
import {endRestorePods, removePlaceholder} from './restore-pods.ts';
import {scaleUp, stopsServers} from './scale-up.ts';
import {toTime} from '#shared/api/conditions.ts';
import {ConflictError, toError} from '#shared/errors.ts';
import {recordEvent} from '#shared/kube/events.ts';
import {findHeld} from '#shared/restore/find-held.ts';
import {dropFinalizer, hasFinalizer} from '#shared/restore/finalizer.ts';
import {releaseTarget} from '#shared/restore/hold-target.ts';
import {type StepContext} from '#shared/restore/step.ts';
import {mayBeStopped} from '#shared/restore/steps.ts';

/**
Brings back the target of a restore that is being deleted, and lets the restore go (row X-097). As long as something is left that has to end first, it is looked at again; after an hour the restore is let go all the same, with an Event that says what stayed, so that it never holds a namespace for ever.
*/
export const abandon = async (context: StepContext): Promise<void> => {
	const {kube, restore, reporter} = context;
	if (!hasFinalizer(restore)) {
		return;
	}

	const left = await attempt(context);
	if (left !== undefined && sinceDeletion(context) < limits.abandoning) {
		context.log.info({left}, 'a deleted restore is not let go yet');
		return;
	}

	if (left !== undefined) {
		await recordEvent(kube, restore, {
			type: 'Warning', reason: 'TargetNotReleased', message: `The restore is gone after ${limits.abandoning / 60_000} minutes of attempts, and its target is not as it was: ${left}`, cause: 'abandoned', reporter,
		});
	}

	await dropFinalizer(kube, restore);
};

const sinceDeletion = ({restore, now}: StepContext): number => now.getTime() - Date.parse(restore.metadata.deletionTimestamp!);

/** What is left to do, in words; undefined when nothing is. */
const attempt = async (context: StepContext): Promise<string | undefined> => {
	try {
		return await bringTargetBack(context);
	} catch (error) {
		// Until the hour is over the event comes again.
		if (error instanceof ConflictError || sinceDeletion(context) < limits.abandoning) {
			throw error;
		}

		return toError(error).message;
	}
};

const bringTargetBack = async (context: StepContext): Promise<string | undefined> => {
	const {kube, restore} = context;
	const {statefulSet: name, replicas} = restore.status?.target ?? {};
	const pods = await endPods(context);
	if (pods.length > 0) {
		return `its Pod ${pods.join(', ')} still runs and may write to the volume of server 0, so that the servers stay down; delete it, give StatefulSet ${name} its ${replicas} replicas, and start the database`;
	}

	if (!await removePlaceholder(kube, restore)) {
		return `the Pod ${name}-0 that holds the name of server 0 is still there`;
	}

	const left = await startAgain(context);
	if (left && !left.isFinal) {
		return left.message;
	}

	await releaseTarget(kube, await findHeld(kube, restore), restore);
	if (left) {
		await tellOf(context, left.message);
	}

	return undefined;
};

/** A target that is gone is no hindrance. */
const startAgain = async (context: StepContext): Promise<Left | undefined> => {
	const {kube, restore} = context;
	const {statefulSet} = await findHeld(kube, restore);
	if (!statefulSet || !mayBeStopped(restore.status?.step ?? 'Validate')) {
		return undefined;
	}

	if (stopsServers(restore)) {
		await scaleUp(kube, restore, statefulSet);
	}

	return wasStopped(restore) ? startDatabase(context) : undefined;
};

/** Pods take up to half a minute to end. */
const endPods = async (context: StepContext): Promise<readonly string[]> => {
	for (let look = 1; ; look++) {
		const pods = await endRestorePods(context.kube, context.restore, {evenFinished: true});
		if (pods.length === 0 || look === 10) {
			return pods;
		}

		await pauseFor(context, 2000);
	}
};

type Left = {readonly message: string; /** Whether it is no use to try again. */ readonly isFinal: boolean};

/** As well as it can be: a database that cannot be started does not hold the restore. */
const startDatabase = async (context: StepContext): Promise<Left | undefined> => {
	const {kube, restore, now} = context;
	const result = await bringDatabaseUp(context, 'asBefore');
	switch (result.kind) {
		case 'done': {
			return undefined;
		}

		case 'begin': {
			const written = await kube.replaceStatus({...restore, status: {...restore.status!, broughtUpAt: toTime(now)}});
			return startDatabase({...context, restore: written, isBegun: true});
		}

		case 'impossible': {
			return {message: result.message, isFinal: true};
		}

		case 'unreachable': {
			return {message: result.message, isFinal: sinceDeletion(context) >= limits.boltOfAbandoned};
		}
	}
};

const tellOf = async ({kube, restore, reporter}: StepContext, message: string): Promise<void> => {
	const {databaseName} = restore.spec;
	await recordEvent(kube, restore, {
		type: 'Warning', reason: 'DatabaseStaysStopped', message: `The restore is deleted and its target released, but database ${databaseName} could not be started again (START DATABASE): ${message}`, cause: 'stopped', reporter,
	});
};
