import {type Work} from './work.ts';
import {findCondition} from '#shared/api/conditions.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {overdueInstant, type Overdue} from '#shared/schedule/overdue.ts';

/** The type of the condition. */
export const overdueCondition = 'Overdue';

/**
Whether a backup that should have come by now has to be announced as overdue, once per instant, or one that was is so no longer. The message of the condition names the instant: an unchanged message was announced.
*/
export const overdueWork = (backup: Neo4jBackup, now: Date): Work | undefined => {
	const condition = findCondition(backup.status?.conditions, overdueCondition);
	const overdue = overdueNow(backup, now);
	if (!overdue) {
		return condition?.status === 'True' ? {what: 'no-longer-overdue', waitingSince: now} : undefined;
	}

	return condition?.status === 'True' && condition.message === overdue.message
		? undefined
		: {what: 'overdue', ...overdue, waitingSince: overdue.deadline};
};

const overdueNow = (backup: Neo4jBackup, now: Date): Overdue | undefined => {
	try {
		return backup.status ? overdueInstant(backup, now) : undefined;
	} catch (error) {
		if (error instanceof ConfigurationError) {
			return undefined;
		}

		throw error;
	}
};
