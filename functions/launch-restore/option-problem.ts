import {ConfigurationError} from '#shared/errors.ts';
import {isAtLeast, parseVersion} from '#shared/neo4j/versions.ts';
import {type RestoreSpec} from '#shared/restore/status.ts';

type Option = {readonly name: string; readonly since?: string};

/**
The options of `neo4j-admin database restore` that a user may add (operations manual, 5.26 to 2026.08); those that say what is restored, and onto what, follow from the manifest.
*/
const known: readonly Option[] = [
	{name: '--verbose'},
	{name: '--expand-commands'},
	{name: '--additional-config'},
	{name: '--overwrite-destination'},
	{name: '--restore-until'},
	{name: '--temp-path', since: '5.24'},
	{name: '--source-database', since: '2025.02'},
];

/** Options of Neo4j 4 that mean something here all the same (decision D15). */
export const consistencyCheck = '--check-consistency';

/** From here on there may be options that nobody knows yet. */
const newestKnown = '2026.09';

/**
An argument that this version's restore does not know, found before anything is stopped (row R-085). For versions newer than the table everything passes; a version that is not known has what 5.26 has.
*/
export const optionProblem = ({options}: Pick<RestoreSpec, 'options'>, version: string | undefined): ConfigurationError | undefined => {
	const names = (options?.additionalArgs ?? []).filter(argument => argument.startsWith('-')).map(argument => argument.split('=', 1)[0]!);
	if (parseVersion(version) !== undefined && isAtLeast(version, newestKnown)) {
		return undefined;
	}

	const valid = known.filter(({since}) => since === undefined || since === '5.24' || isAtLeast(version, since)).map(({name}) => name);
	const unknown = names.find(name => name !== consistencyCheck && !valid.includes(name));
	return unknown === undefined
		? undefined
		: new ConfigurationError(`spec.options.additionalArgs: ${unknown} is no option of neo4j-admin database restore of ${version ? `Neo4j ${version}` : 'a version that nobody tells'}; valid are ${valid.join(', ')}`, 'UnsupportedOption');
};
