import {parseArguments} from './arguments.ts';
import {commonOptions} from './backup-options.ts';
import {byNewest, chainEndingAt, isEmpty} from './chain.ts';
import {badArguments} from './command-error.ts';
import {type Context} from './console.ts';
import {columnsOf, toJson, toTable} from './inspect-output.ts';
import {type CommandLine} from './option.ts';
import {
	isCloud, openPlace, type Place, splitPath,
} from './place.ts';
import {type Artifact, type Found, readArtifacts} from './read-artifacts.ts';
import {isAtLeast, type Version} from './version.ts';

export const inspectCommand: CommandLine = {
	name: 'neo4j-admin backup inspect',
	options: [
		...commonOptions,
		{name: '--empty', kind: 'switch'},
		{name: '--latest-backup', kind: 'switch'},
		{name: '--latest-chain', kind: 'switch'},
		{name: '--show-metadata', kind: 'switch'},
		{name: '--database', kind: 'text', label: '<database>'},
		{
			name: '--format', kind: 'text', label: 'JSON|TABULAR', accepts: value => ['json', 'tabular'].includes(value.toLowerCase()),
		},
	],
	positional: {label: '<backup-path>', most: 1},
};

/**
`neo4j-admin backup inspect <folder or file>`. Exit 1 when an artifact is damaged; the others are listed all the same. Only headers are read, as the manual says.
*/
export const runInspect = async (argv: readonly string[], context: Context): Promise<number> => {
	const {options, positionals: [path]} = parseArguments(inspectCommand, argv, context.version);
	if (path === undefined) {
		throw badArguments('Missing required parameter: \'<backup-path>\'');
	}

	if (options.has('--latest-backup') && options.has('--latest-chain')) {
		throw badArguments('Error: --latest-backup, --latest-chain are mutually exclusive (specify only one)');
	}

	const {place, artifacts, damaged} = await readPath(path, context);
	const ofDatabase = artifacts.filter(({database}) => database === (options.get('--database')?.[0]?.toLowerCase() ?? database));
	const shown = latest(ofDatabase, options, context.version).filter(artifact => options.has('--empty') || !isEmpty(artifact));
	const withMetadata = options.has('--show-metadata') || isAtLeast(context.version, '2025.07');
	const columns = columnsOf(context.version, {place, withMetadata, timeTitle: 'TIME (UTC)'});
	const isJson = options.get('--format')?.[0]?.toLowerCase() === 'json';
	context.print(isJson ? toJson(shown, columns) : toTable(shown, columns));
	return reportDamaged(damaged, place, context);
};

/**
`--inspect-path` of `database backup`: always the table with all columns.
*/
export const inspectPath = async (path: string, context: Context): Promise<number> => {
	const {place, artifacts, damaged} = await readPath(path, context);
	const shown = artifacts.filter(artifact => !isEmpty(artifact)).toSorted(byNewest);
	context.print(toTable(shown, columnsOf(context.version, {place, withMetadata: true, timeTitle: 'TIME'})));
	return reportDamaged(damaged, place, context);
};

const readPath = async (path: string, context: Context): Promise<Found & {readonly place: Place}> => {
	const {folder, file} = splitPath(path);
	if (file === undefined || (!isCloud(path) && !await isFile(path, context))) {
		const place = await openPlace(path, context);
		return {place, ...await readArtifacts(place)};
	}

	const place = await openPlace(folder === '' ? '.' : folder, context);
	const {artifacts, damaged} = await readArtifacts(place, file);
	if (artifacts.length + damaged.length === 0) {
		return {place, artifacts, damaged: [{file, reason: 'There is no backup artifact of this name.'}]};
	}

	return {place, artifacts, damaged};
};

const isFile = async (path: string, context: Context): Promise<boolean> => {
	const {folder, file} = splitPath(path);
	const place = await openPlace(folder === '' ? '.' : folder, context);
	const files = await place.list();
	return files.some(({name}) => name === file);
};

const latest = (artifacts: readonly Artifact[], options: ReadonlyMap<string, unknown>, version: Version): readonly Artifact[] => {
	const sorted = artifacts.toSorted(byNewest);
	const newest = [...Map.groupBy(sorted, ({database}) => database).values()].flatMap(group => group.find(artifact => !isEmpty(artifact)) ?? []);
	if (options.has('--latest-backup')) {
		return newest;
	}

	return options.has('--latest-chain') ? newest.flatMap(last => chainEndingAt(sorted, last, version) ?? []) : sorted;
};

const reportDamaged = (damaged: Found['damaged'], place: Place, {printError}: Context): number => {
	for (const {file, reason} of damaged) {
		printError(`Failed to read backup artifact ${place.uri(file)}: ${reason}`);
	}

	return damaged.length > 0 ? 1 : 0;
};
