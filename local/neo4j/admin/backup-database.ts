import process from 'node:process';
import {findParent} from './chain.ts';
import {type Context, type Log} from './console.ts';
import {type Faults} from './faults.ts';
import {type Place} from './place.ts';
import {readArtifacts} from './read-artifacts.ts';
import {type Download, RefusedError, type Remote} from './remote.ts';
import {type Selected} from './select-databases.ts';
import {stagePayload} from './stage-payload.ts';
import {type Staging} from './staging.ts';
import {type Draft, writeArtifact} from './write-artifact.ts';

export type BackupOptions = {
	readonly type: 'FULL' | 'DIFF' | 'AUTO';
	readonly compress: boolean;
	readonly preferDifferentialAsParent: boolean;
	readonly skipRecovery: boolean;
	readonly metadata: string;
};

export type Backup = {
	readonly context: Context;
	readonly log: Log;
	readonly remote: Remote;
	readonly place: Place;
	readonly staging: Staging;
	readonly faults: Faults;
	readonly options: BackupOptions;
};

type Taken = Download & {readonly full: boolean; readonly lowestTx: number};

/**
Backs up one database into one new artifact. Throws when it cannot.
*/
export const backupDatabase = async (backup: Backup, database: Selected): Promise<void> => {
	const {context, log, place, staging, faults, options} = backup;
	const started = performance.now();
	log.info(`Starting backup of database '${database.name}' from servers: [${database.servers.join(', ')}]`);
	await failAsTold(backup, database);
	const {body, full, lowestTx, lastTransaction} = await take(backup, database);
	const payload = await stagePayload(body, staging, {database: database.name, compress: options.compress});
	if (faults.kill !== undefined) {
		process.kill(process.pid, faults.kill);
	}

	reportFinish(backup, database, {full, lowestTx, lastTransaction});
	const isEmpty = !full && lastTransaction < lowestTx;
	const draft: Draft = {
		database: database.name,
		databaseID: database.id,
		full,
		compressed: options.compress,
		lowestTx: isEmpty ? 0 : lowestTx,
		highestTx: isEmpty ? 0 : lastTransaction,
		recovered: full && !options.skipRecovery,
		neo4jVersion: context.version.text,
		metadata: options.metadata,
		...(faults.inconsistent?.includes(database.name) && {inconsistent: true}),
	};
	const name = await writeArtifact(place, draft, payload, {now: context.now(), faults});
	log.info(`Finished artifact creation '${name}' for database '${database.name}', took ${Math.round(performance.now() - started)}ms.`);
};

const failAsTold = async ({faults, remote}: Backup, {name, servers}: Selected): Promise<void> => {
	const isFirst = faults.failOnce?.includes(name) === true && await remote.once(servers[0] ?? '', `fail ${name}`);
	if (isFirst || faults.fail?.includes(name) === true) {
		throw new Error(`The stand-in was told to fail database '${name}'.`);
	}
};

const take = async (backup: Backup, database: Selected): Promise<Taken> => {
	const {log, options: {type}} = backup;
	if (type !== 'FULL') {
		log.info(`Start differential backup of database '${database.name}'.`);
		const differential = await takeDifferential(backup, database);
		if (typeof differential !== 'string') {
			return differential;
		}

		const message = `Differential backup of database '${database.name}' failed. Reason: ${differential}`;
		if (type === 'DIFF') {
			throw new Error(message);
		}

		log.info(message);
		log.info(`Falling back to full backup of database '${database.name}'.`);
	}

	log.info(`Start full backup of database '${database.name}'.`);
	return {...await download(backup, database), full: true, lowestTx: 1};
};

/**
The differential, or the reason why there can be none.
*/
const takeDifferential = async (backup: Backup, database: Selected): Promise<Taken | string> => {
	const {place, log, options} = backup;
	const {artifacts, damaged} = await readArtifacts(place);
	for (const {file, reason} of damaged) {
		log.error(`Ignoring ${place.uri(file)}: ${reason}`);
	}

	const parent = findParent(artifacts, database.id, options.preferDifferentialAsParent);
	if (parent === undefined) {
		return 'Differential backups require that a full backup of the same database exists in the folder defined in --to-path.';
	}

	try {
		const lowestTx = parent.highestTx + 1;
		return {...await download(backup, database, lowestTx), full: false, lowestTx};
	} catch (error) {
		if (error instanceof RefusedError && error.status === 410) {
			return error.message;
		}

		throw error;
	}
};

const download = async ({remote}: Backup, {name, servers}: Selected, from?: number): Promise<Download> => {
	const failures: unknown[] = [];
	for (const server of servers) {
		try {
			return await remote.stream(server, name, from);
		} catch (error) {
			failures.push(error);
		}
	}

	throw failures.at(-1);
};

const reportFinish = ({log}: Backup, {name, id, servers}: Selected, {full, lowestTx, lastTransaction}: Pick<Taken, 'full' | 'lowestTx' | 'lastTransaction'>): void => {
	if (full) {
		log.info(`Finished full backup of database '${name}'. Downloaded from tx -1 to tx ${lastTransaction}.`);
		return;
	}

	if (lastTransaction < lowestTx) {
		log.info(`The remote server (${servers[0] ?? ''}) has not any recent data for database 'DatabaseId{${id.slice(0, 8)}[${name}]}'.`);
	}

	log.info(`Finished differential backup of database '${name}'.`);
};
