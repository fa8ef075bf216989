import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import {setInterval} from 'node:timers';
import {type Arguments, parseArguments} from './arguments.ts';
import {type Backup, backupDatabase, type BackupOptions} from './backup-database.ts';
import {backupCommand} from './backup-options.ts';
import {badArguments, CommandError} from './command-error.ts';
import {type Context, createLog, type Log} from './console.ts';
import {type Faults, readFaults} from './faults.ts';
import {inspectPath} from './inspect.ts';
import {isCloud, openPlace} from './place.ts';
import {createRemote, type Remote, withPort} from './remote.ts';
import {type Listing, selectDatabases, type Selection} from './select-databases.ts';
import {openStaging} from './staging.ts';

/**
`neo4j-admin database backup`. Exit 0: every database that exists; 1: something failed or did not answer, artifacts may be there all the same.
*/
export const runBackup = async (argv: readonly string[], context: Context): Promise<number> => {
	const {options, positionals} = parseArguments(backupCommand, argv, context.version);
	const one = (name: string): string | undefined => options.get(name)?.[0];
	const inspected = one('--inspect-path');
	if (inspected !== undefined) {
		return inspectPath(inspected, context);
	}

	const destination = one('--to-path');
	if (destination === undefined) {
		throw badArguments('Missing required option: \'--to-path=<path>\'');
	}

	const configuration = one('--additional-config');
	if (configuration !== undefined && !existsSync(resolve(context.cwd, configuration))) {
		throw new CommandError(`File ${configuration} does not exist`);
	}

	const faults = readFaults(context);
	const told = await obey(faults);
	if (told !== undefined) {
		return told;
	}

	const log = createLog(context, one('--verbose') === 'true');
	log.debug(`Arguments: ${argv.join(' ')}`);
	const place = await openPlace(destination, context);
	const remote = createRemote(context);
	const servers = (options.get('--from') ?? ['localhost:6362']).map(server => withPort(server));
	const {listings, unreachable} = await listDatabases(servers, remote, log);
	const selection = selectDatabases(positionals.length === 0 ? ['neo4j'] : positionals, listings);
	reportMissing(selection, listings, log);
	const staging = await openStaging(one('--temp-path'), isCloud(destination) ? context.cwd : destination);
	const failed = await backupAll({
		context, log, remote, place, staging, faults, options: toOptions({options, positionals}),
	}, selection);
	if (failed === 0 || one('--keep-failed') !== 'true') {
		await staging.clear();
	}

	return faults.exitCodeAfterwards ?? (failed + unreachable > 0 ? 1 : 0);
};

const toOptions = ({options}: Arguments): BackupOptions => {
	const isOn = (name: string): boolean => options.get(name)?.[0] === 'true';
	return {
		type: (options.get('--type')?.[0] ?? 'AUTO').toUpperCase() as BackupOptions['type'],
		compress: options.get('--compress')?.[0] !== 'false',
		preferDifferentialAsParent: isOn('--prefer-diff-as-parent'),
		skipRecovery: isOn('--skip-recovery'),
		metadata: options.get('--include-metadata')?.[0] ?? 'all',
	};
};

const obey = async (faults: Faults): Promise<number | undefined> => {
	if (faults.hang === true) {
		await new Promise(() => {
			// An open handle keeps the process alive until it is killed.
			setInterval(() => undefined, 60_000);
		});
	}

	return faults.exit0WithNothing === true ? 0 : faults.exitCode;
};

const listDatabases = async (servers: readonly string[], remote: Remote, log: Log): Promise<{readonly listings: readonly Listing[]; readonly unreachable: number}> => {
	const listings: Listing[] = [];
	for (const server of servers) {
		try {
			listings.push({server, databases: await remote.list(server)});
		} catch (error) {
			log.error(`The server ${server} could not be contacted: ${reasonOf(error)}`);
		}
	}

	if (listings.length === 0) {
		throw new CommandError(`Couldn't retrieve DatabaseNameRequest(s) from any of the servers: [${servers.join(', ')}]`);
	}

	return {listings, unreachable: servers.length - listings.length};
};

/**
A database that does not exist is an exception in the log and no failure (neo4j#13107).
*/
const reportMissing = ({missing}: Selection, listings: readonly Listing[], log: Log): void => {
	for (const name of missing) {
		log.error(`Backup of database '${name}' failed: java.lang.RuntimeException: Database '${name}' does not exist on servers: [${listings.map(({server}) => server).join(', ')}]`);
	}
};

/**
Answers how many failed.
*/
const backupAll = async (backup: Backup, {databases}: Selection): Promise<number> => {
	let failed = 0;
	for (const database of databases) {
		try {
			await backupDatabase(backup, database);
		} catch (error) {
			failed += 1;
			backup.log.error(`Backup of database '${database.name}' failed: ${reasonOf(error)}`);
		}
	}

	return failed;
};

const reasonOf = (error: unknown): string => {
	if (!(error instanceof Error)) {
		return String(error);
	}

	return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
};
