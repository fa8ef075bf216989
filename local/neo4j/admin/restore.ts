import {Buffer} from 'node:buffer';
import {
	mkdir, readFile, rm, stat, writeFile,
} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {isLocked} from '../database-lock.ts';
import {dataFolders, storeFolders} from '../store-folders.ts';
import {type Arguments, parseArguments} from './arguments.ts';
import {commonOptions} from './backup-options.ts';
import {byNewest, chainEndingAt, isEmpty} from './chain.ts';
import {badArguments, CommandError} from './command-error.ts';
import {type Context} from './console.ts';
import {type CommandLine} from './option.ts';
import {
	isCloud, openPlace, splitPath, type Place,
} from './place.ts';
import {readArtifacts, type Artifact} from './read-artifacts.ts';
import {isCriteria, restoredUntil} from './restore-until.ts';
import {openStaging} from './staging.ts';
import {readChain} from './stored-transactions.ts';
import {isAtLeast} from './version.ts';

/**
`neo4j-admin database restore`, from the operations manual of 5.26 to 2026.08.
*/
export const restoreCommand: CommandLine = {
	name: 'neo4j-admin database restore',
	options: [
		...commonOptions,
		{name: '--overwrite-destination', kind: 'boolean'},
		{name: '--from-path', kind: 'text', label: '<path>[,<path>...]'},
		{
			name: '--restore-until', kind: 'text', label: '<recovery-criteria>', accepts: isCriteria,
		},
		{
			name: '--source-database', kind: 'text', label: '<source-database-name>', since: '2025.02',
		},
		{
			name: '--temp-path', kind: 'text', label: '<path>', since: '5.24',
		},
		{name: '--to-path-data', kind: 'text', label: '<path>'},
		{name: '--to-path-txn', kind: 'text', label: '<path>'},
	],
	positional: {label: '<database>', most: 1},
};

/**
Restores the chain that ends at each artifact named, or the newest of a folder, onto the disk of this server; it tells no DBMS of it.
*/
export const runRestore = async (argv: readonly string[], context: Context): Promise<number> => {
	const parsed = parseArguments(restoreCommand, argv, context.version);
	const {options, positionals: [database]} = parsed;
	const paths = options.get('--from-path')?.[0]?.split(',') ?? [];
	refuseCombinations(parsed, paths);
	const overwrites = options.get('--overwrite-destination')?.[0] === 'true';
	for (const path of paths) {
		const {place, end, artifacts} = await findEnd(path, {context, source: options.get('--source-database')?.[0]});
		const chain = chainEndingAt(artifacts, end, context.version);
		if (chain === undefined) {
			throw new CommandError(`Failed to restore database '${database ?? end.database}': the backup chain that ends at '${end.file}' is not complete.`);
		}

		const newer = chain.find(({neo4jVersion}) => !isAtLeast(context.version, neo4jVersion));
		if (newer !== undefined) {
			throw new CommandError(`Failed to restore database '${database ?? end.database}': '${newer.file}' was made by Neo4j ${newer.neo4jVersion}, and restoring to the earlier ${context.version.text} is not supported.`);
		}

		await restore(chain, {
			place, context, overwrites, options, path, name: (database ?? end.database).toLowerCase(),
		});
	}

	return 0;
};

const refuseCombinations = ({options, positionals: [database]}: Arguments, paths: readonly string[]): void => {
	if (paths.length === 0) {
		throw badArguments('Missing required option: \'--from-path=<path>[,<path>...]\'');
	}

	const single = [database === undefined ? undefined : '<database>', ...['--to-path-data', '--to-path-txn', '--source-database'].filter(name => options.has(name))].find(Boolean);
	if (paths.length > 1 && single !== undefined) {
		throw badArguments(`${single} can only be specified if there is a single path in --from-path`);
	}
};

type End = {readonly place: Place; readonly artifacts: readonly Artifact[]; readonly end: Artifact};

const findEnd = async (path: string, {context, source}: {readonly context: Context; readonly source: string | undefined}): Promise<End> => {
	const found = isCloud(path) ? undefined : await stat(resolve(context.cwd, path)).catch(() => undefined);
	const isFolder = isCloud(path) ? path.endsWith('/') : found?.isDirectory() === true;
	if (!isCloud(path) && found === undefined) {
		throw new CommandError(`Path does not exist: '${path}'`);
	}

	const {folder, file} = isFolder ? {folder: path, file: undefined} : splitPath(path);
	const place = await openPlace(folder === '' ? '.' : folder, context);
	const {artifacts, damaged} = await readArtifacts(place);
	const broken = damaged.find(one => one.file === file);
	const candidates = artifacts.filter(artifact => file === undefined ? !isEmpty(artifact) && artifact.database === (source ?? artifact.database) : artifact.file === file).toSorted(byNewest);
	const [end] = candidates;
	if (end === undefined) {
		throw new CommandError(broken ? `Failed to read backup artifact ${place.uri(broken.file)}: ${broken.reason}` : `No backup artifact found in '${path}'`);
	}

	if (file === undefined && new Set(candidates.map(artifact => artifact.database)).size > 1) {
		throw new CommandError(`'${path}' holds backups of several databases${isAtLeast(context.version, '2025.02') ? '; specify one with --source-database' : ''}`);
	}

	return {place, artifacts, end};
};

type Work = {
	readonly place: Place;
	readonly context: Context;
	readonly overwrites: boolean;
	readonly options: Arguments['options'];
	readonly path: string;
	/** Of the database after the restore. */
	readonly name: string;
};

const restore = async (chain: readonly Artifact[], {place, context, overwrites, options, path, name}: Work): Promise<void> => {
	const data = await dataFolder(context, options.get('--additional-config')?.[0]);
	const {databases, transactions} = dataFolders(data);
	const {store, logs, content, lock} = storeFolders({
		databases: resolve(context.cwd, options.get('--to-path-data')?.[0] ?? databases), transactions: resolve(context.cwd, options.get('--to-path-txn')?.[0] ?? transactions),
	}, name);
	const existing = await stat(store).catch(() => undefined);
	if (existing && !overwrites) {
		throw new CommandError(`Database with name [${name}] already exists at ${store}`);
	}

	if (isLocked(lock)) {
		throw new CommandError(`The database is in use. Stop database '${name}' and try again.`);
	}

	// Where it extracts: beside the artifacts, unless told.
	const staging = await openStaging(options.get('--temp-path')?.[0], isCloud(path) ? context.cwd : new URL(place.uri('')).pathname);
	const until = options.get('--restore-until')?.[0];
	const whole = await readChain(place, chain, 'restore');
	const restored = until === undefined ? whole : restoredUntil(until, chain, whole);
	await staging.clear();
	await Promise.all([store, logs].map(async folder => {
		await rm(folder, {recursive: true, force: true});
		await mkdir(folder, {recursive: true});
	}));
	await writeFile(content, Buffer.concat(restored.map(({bytes}) => bytes)));
	await writeMetadata(chain.at(-1)!, join(data, 'scripts', name));
	context.print(`Restored database '${name}' from ${chain.map(({file}) => `'${file}'`).join(', ')}.`);
};

/** `server.directories.data` of the configuration, or the folder of an installation, which `STAND_IN_DATA` names where `/data` is elsewhere. */
const dataFolder = async ({env, cwd}: Context, additionalConfig: string | undefined): Promise<string> => {
	const text = additionalConfig === undefined ? '' : await readFile(resolve(cwd, additionalConfig), 'utf8');
	const setting = /^server\.directories\.data=(?<folder>.+)$/mv.exec(text)?.groups?.['folder'];
	return setting?.trim() ?? env['STAND_IN_DATA'] ?? join(env['NEO4J_HOME'] ?? '/var/lib/neo4j', 'data');
};

const writeMetadata = async ({metadata}: Artifact, folder: string): Promise<void> => {
	if (metadata === 'none') {
		return;
	}

	await mkdir(folder, {recursive: true});
	await writeFile(join(folder, 'restore_metadata.cypher'), `// ${metadata}: users and roles of the stand-in\n`);
};
