import {abilityGates, isAtLeast} from './versions.ts';

/**
What the container `verify` is told: the two words of the command that aggregates a chain, by version, and the options of `neo4j-admin database check`. Of the memory that is free when it starts, half: unasked it would take nine tenths beside its heap, and be killed in a Pod that has a limit.
*/
export const verifyArguments = (version: string | undefined): string[] => [
	...isAtLeast(version, abilityGates.backupAggregate) ? ['backup', 'aggregate'] : ['database', 'aggregate-backup'],
	'--max-off-heap-memory=50%',
];
