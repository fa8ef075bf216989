import {type DatabaseDependencies} from './deps.ts';
import {namedSystem} from './named-system.ts';
import {oneAtATime} from './one-at-a-time.ts';
import {settleDatabase} from './settle-database.ts';
import {ConflictError} from '#shared/errors.ts';
import {type Handle} from '#shared/events/host.ts';
import {type Reference} from '#shared/kube/object.ts';

/** How often a write that lost a race is decided anew at once; after that the event comes again. */
const attempts = 5;

/**
Looks at the database of the NooBaa that an event is about: NooBaa itself, or a Cluster, Backup, ScheduledBackup or VolumeSnapshot of it. The event gives a name and nothing else.
*/
export const createHandle = (dependencies: DatabaseDependencies): Handle => {
	const look = oneAtATime();
	return async (event, {log, traceparent}) => {
		const reference = namedSystem(event);
		if (reference) {
			await look(`${reference.namespace}/${reference.name}`, async () => settle({...dependencies, log}, reference, traceparent));
		}
	};
};

const settle = async (dependencies: DatabaseDependencies, reference: Reference, traceparent: string | undefined): Promise<void> => {
	for (let attempt = 1; ; attempt++) {
		try {
			await settleDatabase(dependencies, reference, traceparent);
			return;
		} catch (error) {
			if (!(error instanceof ConflictError) || attempt === attempts) {
				throw error;
			}
		}
	}
};
