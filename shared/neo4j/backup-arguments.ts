import {ConfigurationError} from '../errors.ts';
import {type BackupType} from '../runs/run-spec.ts';
import {abilityGates, isAtLeast} from './versions.ts';

export type BackupArguments = {
	/** Database names, or `*` alone for all of a target. */
	readonly databases: readonly string[];
	/** Servers with their ports, in the order in which they are tried. */
	readonly from: readonly string[];
	/** Folder, or URI with its closing slash. */
	readonly toPath: string;
	readonly type: BackupType;
	/** Empty folder in which neo4j-admin stages. */
	readonly temporaryPath?: string;
	readonly options: BackupOptions;
};

export type BackupOptions = {
	readonly compress?: boolean;
	readonly preferDiffAsParent?: boolean;
	readonly pageCache?: string;
	readonly parallelDownload?: boolean;
	readonly remoteAddressResolution?: boolean;
	readonly skipRecovery?: boolean;
	readonly parallelRecovery?: boolean;
	readonly keepFailed?: boolean;
	readonly includeMetadata?: string;
	readonly additionalArgs?: readonly string[];
};

/** What `additionalArgs` may not say, because the run would go elsewhere than the manifest says, and what to write instead. */
const reserved: Readonly<Record<string, string>> = {
	'--from': 'spec.target says where from',
	'--to-path': 'spec.storage says where to',
	'--type': 'use spec.options.backupType',
	'--temp-path': 'use spec.options.tempPath',
	'--inspect-path': 'it makes the command inspect instead of back up',
};

/**
The command line of a backup, word by word: nothing of it passes through a shell. The database names come first, because `--from` would swallow what follows it; options have their value attached; only options that were asked for are there, so that an older neo4j-admin knows them all. Throws a ConfigurationError for `additionalArgs` that change where the run goes.
*/
export const backupArguments = ({databases, from, toPath, type, temporaryPath, options}: BackupArguments): string[] => {
	refuseReserved(options.additionalArgs ?? []);
	return [
		'neo4j-admin',
		'database',
		'backup',
		...databases.map(database => requireName(database)),
		`--from=${from.join(',')}`,
		`--to-path=${toPath}`,
		`--type=${type}`,
		...options.compress === false ? ['--compress=false'] : [],
		...withValue('--pagecache', options.pageCache),
		...withValue('--temp-path', temporaryPath),
		...options.preferDiffAsParent ? ['--prefer-diff-as-parent'] : [],
		...switchedOn('--remote-address-resolution', options.remoteAddressResolution),
		...switchedOn('--parallel-download', options.parallelDownload),
		...switchedOn('--skip-recovery', options.skipRecovery),
		...switchedOn('--parallel-recovery', options.parallelRecovery),
		...switchedOn('--keep-failed', options.keepFailed),
		...withValue('--include-metadata', databases.every(database => database === 'system') ? undefined : options.includeMetadata),
		...options.additionalArgs ?? [],
	];
};

/**
The options of `neo4j-admin backup inspect` that make it show the headers of all artifacts, empty differentials too, as a table: the keys of its JSON are documented nowhere.
*/
export const inspectArguments = (version: string | undefined): string[] => [
	'--empty',
	...isAtLeast(version, abilityGates.inspectShowsMetadata) ? [] : ['--show-metadata'],
	'--format=TABULAR',
];

const withValue = (option: string, value: string | undefined): string[] => value === undefined ? [] : [`${option}=${value}`];

const switchedOn = (option: string, value: boolean | undefined): string[] => value ? [`${option}=true`] : [];

// A name that begins with a hyphen would be read as an option, one that begins with @ as the name of a file of arguments.
const requireName = (database: string): string => {
	if (/^[\-@]|^$/v.test(database)) {
		throw new ConfigurationError(`spec.target.name: "${database}" is not the name of a database`);
	}

	return database;
};

const refuseReserved = (additional: readonly string[]): void => {
	for (const argument of additional) {
		const option = Object.keys(reserved).find(name => argument === name || argument.startsWith(`${name}=`));
		if (option) {
			throw new ConfigurationError(`spec.options.additionalArgs: ${option} cannot be set there: ${reserved[option]}`);
		}
	}
};
