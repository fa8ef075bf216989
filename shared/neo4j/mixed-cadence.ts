import {type BackupType} from '../runs/run-spec.ts';
import {abilityGates, isAtLeast} from './versions.ts';

type Spec = {
	readonly schedules?: ReadonlyArray<{readonly backupType?: BackupType}>;
	readonly options?: {readonly preferDiffAsParent?: boolean; readonly backupType?: BackupType};
};

/**
Why FULL and DIFF cannot have their own cadences on a version, if they cannot: before 2026.02 a FULL between two DIFFs breaks the chain that `preferDiffAsParent` goes on with, and every later DIFF hangs on the old one (decision D34). A version that is not known counts as such a one.
*/
export const mixedCadenceProblem = ({schedules = [], options}: Spec, version: string | undefined): string | undefined => {
	const types = schedules.map(({backupType}) => backupType ?? options?.backupType ?? 'AUTO');
	const isMixed = types.includes('FULL') && types.some(type => type !== 'FULL');
	return options?.preferDiffAsParent && isMixed && !isAtLeast(version, abilityGates.overlappingDiff)
		? `spec.options.preferDiffAsParent: together with a FULL and a DIFF entry in spec.schedules it needs Neo4j ${abilityGates.overlappingDiff} or newer, because a FULL between two DIFFs breaks their chain before that; remove the option, or one of the entries`
		: undefined;
};
