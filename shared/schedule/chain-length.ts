import {type ScheduleSpec} from './scheduled-backup.ts';

/** After so many backups an endless chain of AUTO or DIFF is closed, or it could never expire. */
const defaultLength = 100;

type ChainSpec = Omit<ScheduleSpec, 'options'> & {readonly options?: ScheduleSpec['options'] & {readonly maxChainLength?: number}};

/**
How many backups a chain may have before the next run is a FULL: what the CR says, else 100. Undefined for no limit, where a FULL in `schedules` closes chains by itself: with DIFFs each hour and a FULL each Sunday a chain is a week (decisions D10, D34).
*/
export const maxChainLength = ({options, schedules = []}: ChainSpec): number | undefined =>
	options?.maxChainLength ?? (schedules.some(({backupType}) => (backupType ?? options?.backupType) === 'FULL') ? undefined : defaultLength);
