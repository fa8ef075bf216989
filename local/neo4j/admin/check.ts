import {stat, writeFile} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {type Arguments, parseArguments} from './arguments.ts';
import {commonOptions} from './backup-options.ts';
import {isEmpty} from './chain.ts';
import {badArguments, CommandError} from './command-error.ts';
import {type Context} from './console.ts';
import {type CommandLine} from './option.ts';
import {
	isCloud, openPlace, splitPath, type Place,
} from './place.ts';
import {readArtifacts, type Artifact} from './read-artifacts.ts';
import {openStaging} from './staging.ts';
import {readTransactions} from './stored-transactions.ts';
import {isAtLeast} from './version.ts';

const isSize = (value: string): boolean => /^\d+(?:\.\d+)?(?:%|[kmgt]?i?b?)$/iv.test(value);

/**
`neo4j-admin database check`, from the operations manual of 5.26 to 2026.08.
*/
export const checkCommand: CommandLine = {
	name: 'neo4j-admin database check',
	options: [
		...commonOptions,
		{name: '--force', kind: 'switch'},
		{name: '--check-counts', kind: 'boolean'},
		{name: '--check-graph', kind: 'boolean'},
		{name: '--check-indexes', kind: 'boolean'},
		{name: '--check-property-owners', kind: 'boolean'},
		{
			name: '--max-off-heap-memory', kind: 'text', label: '<size>', accepts: isSize,
		},
		{name: '--report-path', kind: 'text', label: '<path>'},
		{
			name: '--threads', kind: 'text', label: '<number of threads>', accepts: value => /^\d+$/v.test(value),
		},
		{name: '--from-path-data', kind: 'text', label: '<path>'},
		{name: '--from-path-txn', kind: 'text', label: '<path>'},
		{name: '--from-path', kind: 'text', label: '<path>'},
		{name: '--temp-path', kind: 'text', label: '<path>'},
	],
	positional: {label: '<database>', most: 1},
};

/**
Checks the newest artifact of a database in a folder; from 2025.09 on also one that is named. Exit 0: consistent; 1: a report says what is not, or the artifact cannot be checked at all.
*/
export const runCheck = async (argv: readonly string[], context: Context): Promise<number> => {
	const parsed = parseArguments(checkCommand, argv, context.version);
	const {options, positionals: [database]} = parsed;
	refuseCombinations(parsed);
	if (database === undefined) {
		throw badArguments('Missing required parameter: \'<database>\'');
	}

	const from = options.get('--from-path')?.[0];
	if (from === undefined) {
		throw new CommandError(`Database does not exist: ${database}`);
	}

	const {place, artifact} = await findArtifact(from, database, context);
	if (!artifact.full || !artifact.recovered) {
		throw new CommandError(`Consistency check of ${place.uri(artifact.file)} is not supported: ${artifact.full ? 'the backup is not recovered' : 'it is a differential backup'}. Aggregate the backup chain first.`);
	}

	const staging = await openStaging(options.get('--temp-path')?.[0], isCloud(from) ? context.cwd : resolve(context.cwd, splitPath(`${from}/`).folder));
	context.print('Running consistency check with max off-heap:618.6MiB\n  Store size:160.0KiB\n  Allocated page cache:160.0KiB\n  Off-heap memory for caching:618.5MiB');
	const problem = await problemOf(place, artifact);
	await staging.clear();
	for (const part of ['ID Generator consistency check', 'Index structure consistency check', 'Consistency check']) {
		context.print(`${part}\n.................... 100%`);
	}

	return problem === undefined ? 0 : writeReport(problem, artifact, {context, path: options.get('--report-path')?.[0] ?? '.'});
};

const refuseCombinations = ({options}: Arguments): void => {
	const live = ['--from-path-data', '--from-path-txn'].filter(name => options.has(name));
	const artifacts = ['--from-path', '--temp-path'].filter(name => options.has(name));
	if (live.length > 0 && artifacts.length > 0) {
		throw badArguments('Error: [--from-path-data=<path> --from-path-txn=<path>] and [--from-path=<path> [--temp-path=<path>]] are mutually exclusive (specify only one)');
	}

	if (live.length === 1 || (artifacts.length === 1 && artifacts[0] === '--temp-path')) {
		const missing = live[0] === '--from-path-data' ? '--from-path-txn' : (live[0] ? '--from-path-data' : '--from-path');
		throw badArguments(`Error: Missing required argument(s): ${missing}=<path>`);
	}
};

const findArtifact = async (from: string, database: string, context: Context): Promise<{readonly place: Place; readonly artifact: Artifact}> => {
	const isFolder = isCloud(from) ? from.endsWith('/') : await isDirectory(resolve(context.cwd, from));
	const {folder, file} = isFolder ? {folder: from, file: undefined} : splitPath(from);
	if (file !== undefined && !isAtLeast(context.version, '2025.09')) {
		throw new CommandError(`${from} is not an existing directory`);
	}

	const place = await openPlace(folder === '' ? '.' : folder, context);
	const {artifacts, damaged} = await readArtifacts(place, file);
	const [artifact] = artifacts
		.filter(candidate => candidate.database === database && (file !== undefined || !isEmpty(candidate)))
		.toSorted((one, other) => other.highestTx - one.highestTx || Date.parse(other.time) - Date.parse(one.time));
	if (artifact === undefined) {
		throw new CommandError(damaged[0] ? `Failed to read ${place.uri(damaged[0].file)}: ${damaged[0].reason}` : `No backup or dump of database '${database}' found in ${from}`);
	}

	return {place, artifact};
};

const isDirectory = async (path: string): Promise<boolean> => {
	const found = await stat(path).catch(() => undefined);
	return found?.isDirectory() === true;
};

const problemOf = async (place: Place, artifact: Artifact): Promise<string | undefined> => {
	const content = await readTransactions(place, artifact);
	return artifact.inconsistent ? 'The referenced node record is not in use.\n\tRelationship[7,used=true,source=42]' : (typeof content === 'string' ? content : undefined);
};

const writeReport = async (problem: string, {database}: Artifact, {context, path}: {readonly context: Context; readonly path: string}): Promise<number> => {
	const stamp = context.now().toISOString().slice(0, 19).replace('T', '.').replaceAll(':', '.');
	const folder = resolve(context.cwd, path);
	const file = path.endsWith('.report') ? folder : join(folder, `inconsistencies-${stamp}.report`);
	await writeFile(file, `ERROR: ${problem}\nNumber of inconsistencies of database ${database}: 1\n`);
	context.printError(`Inconsistencies found. See '${file}' for details.`);
	return 1;
};
