import {dueRun, type DueDecision, type DueQuestion} from './due.ts';
import {schedulePlan, type SchedulePlan} from './entries.ts';
import {decidedUntil} from './observed-schedule.ts';
import {type ScheduledBackup} from './scheduled-backup.ts';

/**
What a CR's schedule asks for now; nothing while it is suspended. `plan` is what its spec says, for who has read that already. Throws a ConfigurationError for a schedule that cannot be read.
*/
export const dueOfBackup = (backup: ScheduledBackup, now: Date, {entries, policy}: SchedulePlan = schedulePlan(backup.spec)): DueDecision => {
	const {metadata: {uid}, spec} = backup;
	const held = heldSince(backup, now);
	return dueRun({
		uid: uid!, entries: spec.suspend ? [] : entries, policy, decidedUntil: decidedUntil(backup, now), now, ...(held && {held}),
	});
};

/**
When the CR was last kept from starting a run: by a run of its own, which may still go on, or by what it waits for.
*/
export const heldSince = ({status}: ScheduledBackup, now: Date): DueQuestion['held'] => {
	if (status?.phase === 'Waiting') {
		return {since: new Date(0), until: now};
	}

	const runs = status?.history ?? [];
	const run = runs.find(({completionTime}) => !completionTime) ?? runs[0];
	return run && {since: new Date(run.startTime), until: run.completionTime ? new Date(run.completionTime) : now};
};
