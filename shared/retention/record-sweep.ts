import {isDeepStrictEqual} from 'node:util';
import {ConflictError} from '../errors.ts';
import {type KubeClient} from '../kube/client.ts';
import {recordEvent} from '../kube/events.ts';
import {referenceOf} from '../kube/object.ts';
import {type Neo4jBackup} from '../runs/status.ts';
import {sweepEvent, sweepStatus} from './outcome.ts';
import {type SweepOutcome} from './sweep-outcome.ts';

/** How often a write that lost a race is made anew. */
const attempts = 5;

/**
Tells a user what a sweep did: a Kubernetes Event where there is something to see, then the status. The status is written onto the CR as it is by then, because a sweep takes a while and other functions write meanwhile; a CR that is gone or was made anew is left alone.
*/
export const recordSweep = async (kube: KubeClient, backup: Neo4jBackup, {outcome, reporter}: {outcome: SweepOutcome; reporter: string}): Promise<void> => {
	const event = sweepEvent(backup, outcome);
	if (event) {
		await recordEvent(kube, backup, {...event, reporter});
	}

	for (let attempt = 1; ; attempt++) {
		const current = await kube.get<Neo4jBackup>(referenceOf(backup));
		if (current?.metadata.uid !== backup.metadata.uid || current?.metadata.deletionTimestamp) {
			return;
		}

		try {
			const status = sweepStatus(current!, outcome, await kube.now());
			if (!isDeepStrictEqual(status, current!.status)) {
				await kube.replaceStatus({...current!, status});
			}

			return;
		} catch (error) {
			if (!(error instanceof ConflictError) || attempt === attempts) {
				throw error;
			}
		}
	}
};
