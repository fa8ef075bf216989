import {ConfigurationError} from '#shared/errors.ts';
import {unsupportedOptions} from '#shared/neo4j/versions.ts';
import {type BackupSpec} from '#shared/runs/status.ts';

/**
The options that the target's version lacks, as one error that names each with the version it came with; neo4j-admin would end with a usage error.
*/
export const optionProblem = ({options}: Pick<BackupSpec, 'options'>, version: string | undefined): ConfigurationError | undefined => {
	const lacking = unsupportedOptions(options ?? {}, version);
	if (lacking.length === 0) {
		return undefined;
	}

	const list = lacking.map(({option, requires}) => `spec.options.${option} needs Neo4j ${requires} or newer`).join('; ');
	return new ConfigurationError(`${list}; the target ${version ? `runs ${version}` : 'does not say which version it runs'}. Remove the option or upgrade the target`, 'UnsupportedOption');
};
