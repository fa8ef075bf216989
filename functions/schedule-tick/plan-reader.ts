import {ConfigurationError} from '#shared/errors.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {schedulePlan, type SchedulePlan} from '#shared/schedule/entries.ts';

export type PlanReader = (spec: Neo4jBackup['spec']) => SchedulePlan | undefined;

/**
A reader for one scan: CRs with the same schedule have it parsed once, which is most of what a scan costs. It answers undefined for a schedule that cannot be read.
*/
export const createPlanReader = (): PlanReader => {
	const plans = new Map<string, SchedulePlan | undefined>();
	return spec => {
		const {schedule, timeZone, schedules, startingDeadline, catchUp, jitter, options} = spec;
		const key = JSON.stringify([schedule, timeZone, schedules, startingDeadline, catchUp, jitter, options?.backupType]);
		if (!plans.has(key)) {
			plans.set(key, read(spec));
		}

		return plans.get(key);
	};
};

const read = (spec: Neo4jBackup['spec']): SchedulePlan | undefined => {
	try {
		return schedulePlan(spec);
	} catch (error) {
		if (error instanceof ConfigurationError) {
			return undefined;
		}

		throw error;
	}
};
