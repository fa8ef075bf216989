import {reporter, type SweepDependencies} from './deps.ts';
import {finalize} from './finalize.ts';
import {startSweepJob} from './start-sweep-job.ts';
import {findSweepStorage, type SweepStorage} from './sweep-storage.ts';
import {newSweepID, sweepHere} from './sweep-here.ts';
import {backupApiVersion} from '#shared/api/group.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {clusterUID} from '#shared/kube/cluster-uid.ts';
import {eventTypes} from '#shared/events/catalogue.ts';
import {type EventContext, type Handle} from '#shared/events/host.ts';
import {namedObject} from '#shared/events/named-object.ts';
import {type Owner} from '#shared/catalogue/manifest.ts';
import {type Reference} from '#shared/kube/object.ts';
import {parsePolicy} from '#shared/retention/policy.ts';
import {recordSweep} from '#shared/retention/record-sweep.ts';
import {noSweep} from '#shared/retention/sweep-outcome.ts';
import {openRuns} from '#shared/runs/history.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/** What a user has to mend is looked at again in an hour. */
const retryMs = 60 * 60_000;

/**
Sweeps the directory of the Neo4jBackup that an event names: after each success, when the tick finds a sweep late, or when somebody asks. The event gives a name and nothing else.
*/
export const createHandle = (dependencies: SweepDependencies): Handle => async (event, context) => {
	const reference = namedObject(event);
	const isAsked = event.type === eventTypes.backupSucceeded || (event.type === eventTypes.reconcileRequested && event.extensions['handler'] === reporter);
	if (isAsked && reference?.kind === 'Neo4jBackup' && reference.apiVersion === backupApiVersion) {
		await sweepBackup({...dependencies, log: context.log}, reference, context);
	}
};

const sweepBackup = async (dependencies: SweepDependencies, reference: Reference, context: EventContext): Promise<void> => {
	const {kube} = dependencies;
	const backup = await kube.get<Neo4jBackup>(reference);
	if (!backup) {
		return;
	}

	if (await finalize(dependencies, backup, context)) {
		return;
	}

	const problem = problemOf(backup);
	if (problem) {
		await refuse(dependencies, backup, problem);
		return;
	}

	const storage = await storageOf(dependencies, backup);
	if (!('location' in storage)) {
		await refuse(dependencies, backup, storage);
		return;
	}

	const owner: Owner = {cluster: await clusterUID(dependencies.kube), namespace: backup.metadata.namespace!, name: backup.metadata.name};
	if (storage.secret) {
		await sweepHere(dependencies, backup, {storage: {...storage, secret: storage.secret}, owner, context});
	} else if (openRuns(backup.status?.history).length === 0) {
		// On a volume that one node may mount, a sweep and a run take turns; the tick asks again.
		await startSweepJob(dependencies, backup, {storage, owner});
	}
};

type Problem = {readonly reason: string; readonly message: string};

const problemOf = ({spec}: Neo4jBackup): Problem | undefined => {
	try {
		parsePolicy(spec.retention, spec.timeZone);
		return undefined;
	} catch (error) {
		return toProblem(error);
	}
};

const storageOf = async (dependencies: SweepDependencies, backup: Neo4jBackup): Promise<SweepStorage | Problem> => {
	try {
		return await findSweepStorage(dependencies, backup);
	} catch (error) {
		return toProblem(error);
	}
};

const toProblem = (error: unknown): Problem => {
	if (error instanceof ConfigurationError) {
		return {reason: error.reason, message: error.message};
	}

	throw error;
};

const refuse = async (dependencies: SweepDependencies, backup: Neo4jBackup, {reason, message}: Problem): Promise<void> => {
	if (!backup.spec.retention) {
		return;
	}

	const now = await dependencies.kube.now();
	const outcome = noSweep({
		sweepID: newSweepID(now),
		mode: backup.spec.retention.mode ?? 'Enforce',
		reason,
		message: `Nothing was deleted: ${message}`,
		now,
		next: new Date(now.getTime() + retryMs),
	});
	await recordSweep(dependencies.kube, backup, {outcome, reporter});
};
