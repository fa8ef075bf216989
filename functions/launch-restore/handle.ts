import {checkDatabase} from './check-database.ts';
import {failBeforeStop} from './fail-before-stop.ts';
import {handOver} from './hand-over.ts';
import {preHooks} from './pre-hooks.ts';
import {resolveSource} from './resolve-source.ts';
import {restoreJob} from './restore-job.ts';
import {stop} from './stop.ts';
import {validate} from './validate.ts';
import {verifyBackup} from './verify-backup.ts';
import {type Handle} from '#shared/events/host.ts';
import {present} from '#shared/present.ts';
import {advance} from '#shared/restore/advance.ts';
import {type RestoreDependencies} from '#shared/restore/deps.ts';
import {namedRestore} from '#shared/restore/named-restore.ts';
import {withRemedies} from '#shared/restore/with-remedies.ts';

const steps = {
	Validate: withRemedies(validate),
	ResolveSource: withRemedies(resolveSource),
	CheckDatabase: withRemedies(checkDatabase),
	PreHooks: withRemedies(preHooks),
	VerifyBackup: withRemedies(verifyBackup),
	Stop: withRemedies(stop),
	RestoreJob: withRemedies(restoreJob),
} as const;

/**
Moves one Neo4jRestore on, from its manifest to the data on the target's volume. The event only names it, or the StatefulSet of its target; everything is read anew.
*/
export const createHandle = (dependencies: RestoreDependencies): Handle => async (event, {log, traceparent}) => {
	const named = namedRestore(event);
	if (named) {
		await advance({...dependencies, log}, {
			...named, reporter: 'launch-restore', steps, abandon: handOver, fail: failBeforeStop, ...present({traceparent}),
		});
	}
};
