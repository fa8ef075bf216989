import {ConfigurationError} from '#shared/errors.ts';
import {mixedCadenceProblem} from '#shared/neo4j/mixed-cadence.ts';
import {unsupportedOptions} from '#shared/neo4j/versions.ts';
import {type BackupSpec} from '#shared/runs/status.ts';

/**
The options that the target's version lacks, as one error that names each with the version it came with; neo4j-admin would end with a usage error.
*/
export const optionProblem = (spec: Pick<BackupSpec, 'options' | 'schedules'>, version: string | undefined): ConfigurationError | undefined => {
	const mixed = mixedCadenceProblem(spec, version);
	if (mixed) {
		return new ConfigurationError(mixed, 'UnsupportedOption');
	}

	const lacking = unsupportedOptions(spec.options ?? {}, version);
	if (lacking.length === 0) {
		return undefined;
	}

	const list = lacking.map(({option, requires}) => `spec.options.${option} needs Neo4j ${requires} or newer`).join('; ');
	return new ConfigurationError(`${list}; the target ${version ? `runs ${version}` : 'does not say which version it runs'}. Remove the option or upgrade the target`, 'UnsupportedOption');
};
