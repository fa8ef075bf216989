import {policyOf} from './policy-of.ts';
import {simulate, type Simulation, type SimulationInput} from './simulate.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {present} from '#shared/present.ts';
import {parsePolicy, type RetentionSpec} from '#shared/retention/policy.ts';
import {type BackupSpec, type Neo4jBackup} from '#shared/runs/status.ts';
import {maxChainLength} from '#shared/schedule/chain-length.ts';
import {scheduleEntries} from '#shared/schedule/entries.ts';

type Options = Pick<SimulationInput, 'from' | 'days' | 'databases' | 'sizes'>;

export type SimulationReport = Simulation & Options & {
	readonly name: string;
	/** When which type of backup is taken, as the manifest says it. */
	readonly schedules: readonly string[];
	/** The policy as the manifest has it. */
	readonly retention?: RetentionSpec;
	/** Where what is played differs from what would happen. */
	readonly notes: readonly string[];
};

/**
Plays the schedule and the policy of a manifest forward, and tells how far it is. Throws a ConfigurationError that names the field which cannot be read, or that is missing.
*/
export const simulateBackup = ({metadata, spec}: Neo4jBackup, options: Options, progress: (detail: string) => void): SimulationReport => {
	const entries = scheduleEntries(spec);
	if (entries.length === 0) {
		throw new ConfigurationError('spec.schedule: a Neo4jBackup without a schedule runs once, and there is nothing to play forward; add spec.schedule or spec.schedules');
	}

	const simulation = simulate({
		...options,
		entries,
		policy: parsePolicy(spec.retention, spec.timeZone),
		...present({maxChainLength: maxChainLength(spec)}),
		alwaysFull: spec.options?.encryption?.enabled === true,
	}, (week, weeks) => {
		progress(`week ${week} of ${weeks}`);
	});
	return {
		name: metadata?.name ?? 'unnamed',
		...options,
		schedules: schedulesOf(spec),
		...present({retention: policyOf(spec)}),
		notes: notesOf(spec),
		...simulation,
	};
};

const schedulesOf = ({schedule, schedules = [], timeZone = 'UTC', options}: BackupSpec): readonly string[] => {
	const typeOf = (type = options?.backupType ?? 'AUTO'): string => type;
	return schedule
		? [`${typeOf()} at ${schedule} (${timeZone})`]
		: schedules.map(entry => `${typeOf(entry.backupType)} at ${entry.schedule} (${entry.timeZone ?? timeZone})`);
};

const notesOf = ({suspend, retention, options}: BackupSpec): readonly string[] => [
	...(suspend ? ['spec.suspend is true: no run starts until it is false; played as if it were.'] : []),
	...(retention?.mode === 'Plan' ? ['spec.retention.mode is Plan: nothing expires until it is Enforce; played as if it were.'] : []),
	...(options?.encryption?.enabled ? ['With spec.options.encryption every run is a FULL.'] : []),
];
