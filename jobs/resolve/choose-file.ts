import {chooseDatabase} from './choose-database.ts';
import {parseArtifactName} from '#shared/catalogue/manifest.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {type StoredObject} from '#shared/stores/store.ts';

export type FileChoice = {readonly file: StoredObject; readonly database?: string; readonly notes: readonly string[]};

type Choosing = {
	readonly database: string;
	readonly pointInTime?: Date;
	/** Of the folder. */
	readonly uri: string;
};

type NamedFile = {readonly file: StoredObject; readonly database: string; readonly stamp: string};

/**
The newest backup of a database in a folder without a catalogue, by the names of its files; with a point in time the first one taken then or later, which neo4j-admin has to be given to cut it. Names have the local time of who wrote them, which in a container is UTC.
*/
export const chooseFile = (files: readonly StoredObject[], {database: wanted, pointInTime, uri}: Choosing): FileChoice => {
	const named = files.flatMap(file => namedFile(file));
	if (named.length === 0) {
		throw new ConfigurationError(`${uri} holds no backup: check bucket, path and backupPath. Backups have names like neo4j-2026-01-31T02-00-07.backup; a file of another name is restored when backupPath names it`, 'BackupNotFound');
	}

	const {database, note} = chooseDatabase([...new Set(named.map(one => one.database))].toSorted(), wanted, uri);
	const own = named.filter(one => one.database === database).toSorted((one, other) => one.stamp < other.stamp ? -1 : Number(one.stamp > other.stamp));
	const whole = own.filter(({file}) => file.size > 0);
	const chosen = pointInTime === undefined ? whole.at(-1) : whole.find(({stamp}) => stamp >= stampOf(pointInTime));
	if (!chosen) {
		throw pointInTime === undefined || whole.length === 0
			? new ConfigurationError(`${uri}: ${database} has only empty files, the last is ${own.at(-1)!.file.key}`, 'NotRestorable')
			: new ConfigurationError(`${uri}: no backup of ${database} was taken at ${pointInTime.toISOString()} or later, so that none contains that point; there are backups from ${whole[0]!.file.key} to ${whole.at(-1)!.file.key}`, 'PointInTimeNotCovered');
	}

	const passed = own.slice(own.indexOf(chosen) + 1).filter(({file}) => file.size === 0);
	return {file: chosen.file, database, notes: [...note === undefined ? [] : [note], ...passed.map(({file}) => `${file.key} is newer and was passed over: it is empty`)]};
};

/**
What is not known of a file that no catalogue names, as a sentence.
*/
export const unknownFileNote = ({key}: StoredObject, uri: string, hasPoint: boolean): string =>
	`No catalogue in ${uri} tells of ${key}: whether it is a full or a differential backup${hasPoint ? ', and whether it contains the point in time,' : ''} shows when neo4j-admin reads it, with those it builds on beside it`;

const namedFile = (file: StoredObject): readonly NamedFile[] => {
	const parsed = file.key.includes('/') ? undefined : parseArtifactName(file.key);
	return parsed ? [{file, ...parsed}] : [];
};

const stampOf = (instant: Date): string => instant.toISOString().slice(0, 19).replaceAll(':', '-');
