import {type Work} from './work.ts';
import {findCondition} from '#shared/api/conditions.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {type SchedulePlan} from '#shared/schedule/entries.ts';
import {overdueInstant} from '#shared/schedule/overdue.ts';

/** The type of the condition. */
export const overdueCondition = 'Overdue';

/**
Whether a backup that should have come by now has to be announced as overdue, once per instant, or one that was is so no longer. The message of the condition names the instant: an unchanged message was announced.
*/
export const overdueWork = (backup: Neo4jBackup, plan: SchedulePlan | undefined, now: Date): Work | undefined => {
	const condition = findCondition(backup.status?.conditions, overdueCondition);
	const overdue = plan && backup.status ? overdueInstant(backup, now, plan) : undefined;
	if (!overdue) {
		return condition?.status === 'True' ? {what: 'no-longer-overdue', waitingSince: now} : undefined;
	}

	return condition?.status === 'True' && condition.message === overdue.message
		? undefined
		: {what: 'overdue', ...overdue, waitingSince: overdue.deadline};
};
