import {randomBytes} from 'node:crypto';
import {reporter, type SweepDependencies} from './deps.ts';
import {type SweepStorage} from './sweep-storage.ts';
import {workTime} from './work-time.ts';
import {compactTime} from '#shared/api/names.ts';
import {type Owner} from '#shared/catalogue/manifest.ts';
import {buildEvent} from '#shared/events/build-event.ts';
import {eventTypes} from '#shared/events/catalogue.ts';
import {type EventContext} from '#shared/events/host.ts';
import {splitSwept, type SweepResult} from '#shared/events/swept-parts.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {referenceOf} from '#shared/kube/object.ts';
import {present} from '#shared/present.ts';
import {incompleteRuns} from '#shared/retention/fill-history.ts';
import {parsePolicy} from '#shared/retention/policy.ts';
import {recordSweep} from '#shared/retention/record-sweep.ts';
import {sweep} from '#shared/retention/sweep.ts';
import {defaultLimits} from '#shared/retention/sweep-input.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {openStore} from '#shared/stores/open.ts';

export type SweepHere = {
	readonly storage: SweepStorage & {readonly secret: NonNullable<SweepStorage['secret']>};
	readonly owner: Owner;
	readonly context: Pick<EventContext, 'signal' | 'traceparent'>;
};

/**
Sweeps a bucket directly from the function, with the credentials of the Secret, and records what came of it.
*/
export const sweepHere = async (dependencies: SweepDependencies, backup: Neo4jBackup, {storage, owner, context}: SweepHere): Promise<void> => {
	const {kube, config, log, localNow} = dependencies;
	const {signal, traceparent} = context;
	const store = await openStore(storage.location, storage.secret.credentials, {secretName: storage.secret.name, signal, ...present({authorities: storage.authorities?.text})});
	try {
		const outcome = await sweep({
			store,
			owner,
			log,
			localNow,
			policy: parsePolicy(backup.spec.retention, backup.spec.timeZone),
			sweepID: newSweepID(await kube.now()),
			now: async () => freshTime(kube, backup),
			changed: async () => reasonToStop(kube, backup),
			limits: {...defaultLimits, graceMs: config.graceMs},
			isOver: workTime(dependencies, signal),
			wantedRuns: incompleteRuns(backup.status),
			announce: async result => announce(dependencies, backup, {result, ...present({traceparent})}),
		});
		await recordSweep(dependencies.kube, backup, {outcome, reporter});
	} finally {
		await store.close();
	}
};

export const newSweepID = (now: Date): string => `${compactTime(now)}-${randomBytes(4).toString('hex')}`;

/** An answer of this moment, not the memory of an earlier one. */
const freshTime = async (kube: KubeClient, backup: Neo4jBackup): Promise<Date> => {
	await kube.get(referenceOf(backup));
	return kube.now();
};

const reasonToStop = async (kube: KubeClient, backup: Neo4jBackup): Promise<string | undefined> => {
	const current = await kube.get<Neo4jBackup>(referenceOf(backup));
	if (current?.metadata.uid !== backup.metadata.uid || current?.metadata.deletionTimestamp) {
		return 'the Neo4jBackup was deleted';
	}

	return current?.metadata.generation === backup.metadata.generation ? undefined : 'the Neo4jBackup was changed';
};

const announce = async ({emitter, kube}: SweepDependencies, backup: Neo4jBackup, {result, traceparent}: {result: SweepResult; traceparent?: string}): Promise<void> => {
	const time = await kube.now();
	for (const part of splitSwept(result)) {
		await emitter.emit(buildEvent(eventTypes.retentionSwept, {
			object: backup, subject: result.sweepID, time, data: part, occurrence: String(part.part), ...present({traceparent}),
		}));
	}
};
