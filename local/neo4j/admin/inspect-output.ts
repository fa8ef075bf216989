import {type Place} from './place.ts';
import {type Artifact} from './read-artifacts.ts';
import {isAtLeast, type Version} from './version.ts';

export type Column = {
	readonly title: string;
	/** Key in the JSON output. The real keys are documented nowhere: these are the stand-in's own, and who reads them must take other spellings too. */
	readonly key: string;
	readonly value: (artifact: Artifact) => string | number | boolean;
};

type Wanted = {readonly place: Place; readonly withMetadata: boolean; readonly timeTitle: string};

/**
The columns that this version shows. `RECOVERED` came with 2025.06.
*/
export const columnsOf = (version: Version, {place, withMetadata, timeTitle}: Wanted): readonly Column[] => {
	const file: Column = {title: 'FILE', key: 'file', value: artifact => place.uri(artifact.file)};
	const recovered: Column = {title: 'RECOVERED', key: 'recovered', value: artifact => artifact.recovered};
	return withMetadata
		? [
			file,
			{title: 'DATABASE', key: 'database', value: artifact => artifact.database},
			{title: 'DATABASE ID', key: 'databaseId', value: artifact => artifact.databaseID},
			{title: timeTitle, key: 'time', value: artifact => artifact.time.replace('Z', '')},
			{title: 'FULL', key: 'full', value: artifact => artifact.full},
			{title: 'COMPRESSED', key: 'compressed', value: artifact => artifact.compressed},
			{title: 'LOWEST TX', key: 'lowestTx', value: artifact => artifact.lowestTx},
			{title: 'HIGHEST TX', key: 'highestTx', value: artifact => artifact.highestTx},
			...isAtLeast(version, '2025.06') ? [recovered] : [],
		]
		: [file];
};

/**
The table of the operations manual: every cell to the right, one space on either side.
*/
export const toTable = (artifacts: readonly Artifact[], columns: readonly Column[]): string => {
	const rows = [columns.map(({title}) => title), ...artifacts.map(artifact => columns.map(({value}) => String(value(artifact))))];
	const widths = columns.map((_, index) => Math.max(...rows.map(row => row[index]?.length ?? 0)));
	return rows.map(row => `| ${row.map((cell, index) => cell.padStart(widths[index] ?? 0)).join(' | ')} |`).join('\n');
};

/**
An array with one object for each artifact.
*/
export const toJson = (artifacts: readonly Artifact[], columns: readonly Column[]): string =>
	JSON.stringify(artifacts.map(artifact => Object.fromEntries(columns.map(({key, value}) => [key, value(artifact)]))), undefined, 2);
