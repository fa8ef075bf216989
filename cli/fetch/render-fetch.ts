import path from 'node:path';
import {countText} from '../words.ts';
import {type LeftOut} from '../../jobs/fetch/select-databases.ts';
import {type FetchResult} from '../../jobs/fetch/fetch-backups.ts';
import {formatBytes} from '#shared/api/sizes.ts';
import {parseEncryptedName} from '#shared/encryption/algorithm.ts';
import {present} from '#shared/present.ts';
import {restoreArguments} from '#shared/restore/restore-command.ts';
import {shellWord} from '#shared/restore/shell-word.ts';

export type FetchReport = {
	readonly folder: string;
	readonly isDryRun: boolean;
	readonly databases: ReadonlyArray<{
		readonly database: string;
		/** When the last of its artifacts was taken. */
		readonly takenAt: string;
		readonly runID: string;
		readonly lastTransaction: number;
		/** Of the servers that were backed up; a restore needs it or a newer one. */
		readonly neo4jVersion?: string;
		readonly files: ReadonlyArray<{readonly name: string; readonly artifact: string; readonly size: number; readonly state: 'fetched' | 'present' | 'planned'}>;
		/** Words of the command; absent of what is still encrypted. */
		readonly restore?: readonly string[];
		/** What is newer and cannot be restored. */
		readonly passedOver: ReadonlyArray<{readonly name: string; readonly reason: string}>;
	}>;
	readonly leftOut: readonly LeftOut[];
};

/**
What was fetched, and the command that restores each database from it.
*/
export const reportOf = ({databases, leftOut}: FetchResult, {folder, isDryRun}: Pick<FetchReport, 'folder' | 'isDryRun'>): FetchReport => ({
	folder,
	isDryRun,
	databases: databases.map(({selection: {database, point, passedOver}, files}) => {
		const last = files.at(-1)!.name;
		return {
			database,
			takenAt: point.takenAt,
			runID: point.runID,
			lastTransaction: point.highestTx,
			files: files.map(({name, key, size, isNew}) => ({
				name, artifact: key, size, state: isNew === undefined ? 'planned' : (isNew ? 'fetched' : 'present'),
			})),
			passedOver,
			...present({neo4jVersion: point.targetVersion, restore: parseEncryptedName(last) ? undefined : restoreArguments(database, path.join(folder, last), {overwrites: true})}),
		};
	}),
	leftOut,
});

/**
The same for people, with what has to be done around the command.
*/
export const fetchText = (report: FetchReport): string => [
	...report.databases.map(database => databaseText(database, report)),
	...report.leftOut.map(({database, reason}) => `Left out: ${reason.startsWith(`${database}:`) ? reason : `${database}: ${reason}`}`),
	report.isDryRun ? 'Nothing was fetched: this was a dry run.' : 'On a cluster the restored copy must be made the one that the others take: docs/restore.md says how.',
].map(text => `${text}\n`).join('\n');

const databaseText = ({database, takenAt, lastTransaction, neo4jVersion, files, restore, passedOver}: FetchReport['databases'][number], {folder, isDryRun}: FetchReport): string => {
	const bytes = files.reduce((sum, {size}) => sum + size, 0);
	const there = files.filter(({state}) => state === 'present').length;
	const lines = [
		`Database ${database} as of ${takenAt}, transaction ${lastTransaction}: ${countText(files.length, 'file')}, ${formatBytes(bytes)}, ${isDryRun ? 'would lie' : 'in'} ${isDryRun ? `in ${folder}` : folder}${there > 0 ? ` (${there} there already)` : ''}`,
		...files.map(({name}) => `  ${name}`),
		...passedOver.map(({name, reason}) => `  newer, and not taken: ${name}, ${reason}`),
		...restore ? commandLines(database, restore, neo4jVersion) : ['Still encrypted: decrypt each before neo4j-admin can read it (docs/encryption.md).'],
	];
	return lines.join('\n');
};

const commandLines = (database: string, restore: readonly string[], version: string | undefined): readonly string[] => {
	const command = restore.map(word => shellWord(word)).join(' ');
	const needs = `with Neo4j ${version ?? 'of the version that was backed up'} or newer`;
	if (database === 'system') {
		return [`Restore it where Neo4j is stopped, as user neo4j, ${needs}; it brings back users, roles and the names of all databases:`, `  ${command}`];
	}

	const name = `\`${database}\``;
	return [
		`Restore it on the machine or in the Pod of the server, as user neo4j, ${needs}:`,
		`  STOP DATABASE ${name} WAIT            (in cypher-shell on database system, where there is such a database)`,
		`  ${command}`,
		`  START DATABASE ${name} WAIT           (or CREATE DATABASE ${name} WAIT where there was none)`,
	];
};
