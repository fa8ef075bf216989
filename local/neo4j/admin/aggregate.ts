import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import {stat, writeFile} from 'node:fs/promises';
import {resolve} from 'node:path';
import {promisify} from 'node:util';
import {gzip as gzipCallback} from 'node:zlib';
import {parseArguments} from './arguments.ts';
import {commonOptions} from './backup-options.ts';
import {byNewest, chainEndingAt, isEmpty} from './chain.ts';
import {badArguments, CommandError} from './command-error.ts';
import {type Context} from './console.ts';
import {type CommandLine} from './option.ts';
import {
	isCloud, openPlace, splitPath, type Place,
} from './place.ts';
import {readArtifacts, type Artifact} from './read-artifacts.ts';
import {openStaging, type Staging} from './staging.ts';
import {readChain} from './stored-transactions.ts';
import {writeArtifact} from './write-artifact.ts';

const gzip = promisify(gzipCallback);

/**
`neo4j-admin backup aggregate`, which is `neo4j-admin database aggregate-backup` before 2025.01 and may still be called so.
*/
export const aggregateCommand: CommandLine = {
	name: 'neo4j-admin backup aggregate',
	options: [
		...commonOptions,
		{name: '--keep-old-backup', kind: 'boolean'},
		{name: '--parallel-recovery', kind: 'boolean'},
		{name: '--from-path', kind: 'text', label: '<path>'},
		{
			name: '--temp-path', kind: 'text', label: '<path>', since: '5.24',
		},
	],
	positional: {label: '<database>', most: 1},
};

type Work = {readonly place: Place; readonly staging: Staging; readonly context: Context; readonly keepsOld: boolean};

/**
Makes one recovered FULL of the newest chain of each database asked for, or of the chain that ends at a file, and removes what it was made of unless told to keep it.
*/
export const runAggregate = async (argv: readonly string[], context: Context): Promise<number> => {
	const {options, positionals: [database]} = parseArguments(aggregateCommand, argv, context.version);
	const from = options.get('--from-path')?.[0];
	if (from === undefined) {
		throw badArguments('Missing required option: \'--from-path=<path>\'');
	}

	if (isCloud(from)) {
		throw new CommandError('The stand-in aggregates in folders only.', 70);
	}

	const {folder, file} = await locate(from, context);
	if (file === undefined && database === undefined) {
		throw badArguments('Missing required parameter: \'<database>\'');
	}

	const place = await openPlace(folder, context);
	const staging = await openStaging(options.get('--temp-path')?.[0], resolve(context.cwd, folder));
	const {artifacts} = await readArtifacts(place);
	for (const end of endsOf(artifacts, {database, file})) {
		const chain = chainEndingAt(artifacts, end, context.version);
		if (chain === undefined) {
			throw new CommandError(`Failed to aggregate backup chain of database '${end.database}': the chain that ends at '${end.file}' is not complete.`);
		}

		await aggregate(chain, {
			place, staging, context, keepsOld: options.get('--keep-old-backup')?.[0] === 'true',
		});
	}

	await staging.clear();
	return 0;
};

const locate = async (from: string, {cwd}: Context): Promise<{readonly folder: string; readonly file: string | undefined}> => {
	const found = await stat(resolve(cwd, from)).catch(() => undefined);
	const {folder, file} = splitPath(from);
	return found?.isDirectory() ? {folder: from, file: undefined} : {folder: folder === '' ? '.' : folder, file};
};

type Wanted = {readonly database: string | undefined; readonly file: string | undefined};

const endsOf = (artifacts: readonly Artifact[], {database, file}: Wanted): readonly Artifact[] => {
	const wanted = artifacts.toSorted(byNewest).filter(artifact => file === undefined ? matches(database!, artifact) && !isEmpty(artifact) : artifact.file === file);
	const ends = [...Map.groupBy(wanted, ({databaseID}) => databaseID).values()].map(([first]) => first!);
	if (ends.length === 0) {
		throw new CommandError(`No backup chain of database '${database ?? file ?? ''}' found`);
	}

	return ends;
};

const matches = (pattern: string, {database}: Artifact): boolean =>
	new RegExp(`^${pattern.replaceAll(/[^*?]+|\*|\?/gv, part => ({'*': '.*', '?': '.'}[part] ?? RegExp.escape(part)))}$`, 'iv').test(database);

const aggregate = async (chain: readonly Artifact[], {place, staging, context, keepsOld}: Work): Promise<void> => {
	const {
		file: _file, headerBytes: _headerBytes, payloadBytes: _bytes, payloadSha256: _sha, time: _time, ...last
	} = chain.at(-1)!;
	const content = await readChain(place, chain, 'aggregate backup chain of');
	const payload = await gzip(Buffer.concat(content.map(({bytes}) => bytes)));
	const path = staging.path(`${last.database}-aggregate`);
	await writeFile(path, payload);
	const name = await writeArtifact(place, {
		...last, full: true, compressed: true, lowestTx: 1, recovered: true, ...(chain.some(({inconsistent}) => inconsistent) && {inconsistent: true}),
	}, {path, bytes: payload.length, sha256: createHash('sha256').update(payload).digest('hex')}, {now: context.now(), faults: {}});
	if (!keepsOld) {
		await place.remove!(chain.map(({file}) => file));
	}

	context.print(`Successfully aggregated backup chain of database '${last.database}', new artifact: '${new URL(place.uri(name)).pathname}'.`);
};
