import {simulate, type Simulation, type SimulationInput} from './simulate.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {parsePolicy} from '#shared/retention/policy.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {scheduleEntries} from '#shared/schedule/entries.ts';

export type SimulationReport = Simulation & Pick<SimulationInput, 'from' | 'days' | 'databases' | 'sizes'> & {readonly name: string};

/**
Plays the schedule and the policy of a manifest forward. Throws a ConfigurationError that names the field which cannot be read, or that is missing.
*/
export const simulateBackup = ({metadata, spec}: Neo4jBackup, options: Pick<SimulationInput, 'from' | 'days' | 'databases' | 'sizes'>): SimulationReport => {
	const entries = scheduleEntries(spec);
	if (entries.length === 0) {
		throw new ConfigurationError('spec.schedule: a Neo4jBackup without a schedule runs once, and there is nothing to play forward; add spec.schedule or spec.schedules');
	}

	if (options.databases.length === 0) {
		throw new ConfigurationError('--databases: name at least one');
	}

	return {
		name: metadata?.name ?? 'unnamed',
		...options,
		...simulate({
			...options,
			entries,
			policy: parsePolicy(spec.retention, spec.timeZone),
			maxChainLength: spec.options?.maxChainLength ?? 100,
			alwaysFull: spec.options?.encryption?.enabled === true,
		}),
	};
};
