import {columnOf, type Column} from './inspect-columns.ts';

/**
What `neo4j-admin backup inspect` says of one artifact.
*/
export type InspectedArtifact = {
	/** File name or URI, as printed. */
	readonly file: string;
	readonly database: string;
	readonly databaseID: string;
	/** RFC 3339, UTC. */
	readonly time: string;
	readonly full: boolean;
	readonly compressed: boolean;
	/** Both 0 in a differential backup that found nothing new. */
	readonly lowestTx: number;
	readonly highestTx: number;
	/** Shown since 2025.06. */
	readonly recovered?: boolean;
};

/** The table is not there, or a row of it cannot be understood. */
export class InspectOutputError extends Error {
	override readonly name = 'InspectOutputError';
}

type Row = ReadonlyMap<Column, string>;

/**
Reads the output of `backup inspect`, as a table or as JSON, with whatever log lines stand around it. Columns are found by their headings, in any order, unknown ones are passed over; the keys of the JSON are documented nowhere, so any reasonable spelling is taken. A table without rows gives none. Throws an InspectOutputError where nothing can be read or a row is incomplete: half an answer proves nothing.
*/
export const parseInspectOutput = (text: string): InspectedArtifact[] => {
	const rows = tableRows(text) ?? jsonRows(text);
	if (!rows) {
		throw new InspectOutputError(`there is neither a table nor JSON in the output of backup inspect: ${text.trim().slice(0, 200) || 'it is empty'}`);
	}

	return rows.map(row => toArtifact(row));
};

const tableRows = (text: string): Row[] | undefined => {
	const lines = text.split('\n').map(line => line.trim()).filter(line => line.startsWith('|') && line.endsWith('|'));
	const cells = lines.map(line => line.slice(1, -1).split('|').map(cell => cell.trim()));
	const heading = cells.findIndex(row => row.some(cell => columnOf(cell) === 'file'));
	if (heading === -1) {
		return undefined;
	}

	const columns = cells[heading]!.map(cell => columnOf(cell));
	return cells.slice(heading + 1)
		// A rule under the heading is no row.
		.filter(row => row.some(cell => /[^\-=+]/v.test(cell)))
		.map(row => toRow(row.map((cell, index) => [columns[index], cell])));
};

const jsonRows = (text: string): Row[] | undefined => {
	const found = artifactObjects(jsonIn(text));
	return found?.map(object => toRow(Object.entries(object).map(([key, value]) => [columnOf(key), String(value)])));
};

const toRow = (entries: ReadonlyArray<readonly [Column | undefined, string]>): Row =>
	new Map(entries.filter((entry): entry is [Column, string] => entry[0] !== undefined));

// Log lines before it may hold brackets too: each place where it can begin is tried.
const jsonIn = (text: string): unknown => {
	const end = Math.max(text.lastIndexOf(']'), text.lastIndexOf('}')) + 1;
	for (const {index} of text.matchAll(/^\s*[\[\{]/gmv)) {
		try {
			return JSON.parse(text.slice(index, end));
		} catch {
			// Not here.
		}
	}

	return undefined;
};

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

const artifactObjects = (value: unknown): JsonObject[] | undefined => {
	if (Array.isArray(value)) {
		return value.every(item => isObject(item)) ? value : undefined;
	}

	if (!isObject(value)) {
		return undefined;
	}

	const list = Object.values(value).find(item => Array.isArray(item));
	return list === undefined ? [value] : artifactObjects(list);
};

const toArtifact = (row: Row): InspectedArtifact => {
	const text = (column: Column): string => {
		const value = row.get(column);
		if (!value) {
			throw new InspectOutputError(`backup inspect shows no ${column}${row.has('file') ? ` of ${row.get('file')}` : ''}`);
		}

		return value;
	};

	const of = ` of ${text('file')}`;
	return {
		file: text('file'),
		database: text('database'),
		databaseID: text('databaseID'),
		time: toTimestamp(text('time'), of),
		full: toFlag('full', text('full'), of),
		compressed: toFlag('compressed', text('compressed'), of),
		lowestTx: toCount('lowestTx', text('lowestTx'), of),
		highestTx: toCount('highestTx', text('highestTx'), of),
		...(row.get('recovered') && {recovered: toFlag('recovered', row.get('recovered')!, of)}),
	};
};

// The time is UTC, and is printed without saying so.
const toTimestamp = (value: string, of: string): string => {
	const time = Date.parse(/(?:Z|[+\-]\d{2}:?\d{2})$/v.test(value) ? value : `${value.replace(' ', 'T')}Z`);
	if (Number.isNaN(time)) {
		throw new InspectOutputError(`the time${of} is "${value}"`);
	}

	return new Date(time).toISOString().replace('.000Z', 'Z');
};

const toFlag = (column: Column, value: string, of: string): boolean => {
	if (!/^(?:true|false)$/iv.test(value)) {
		throw new InspectOutputError(`the column ${column}${of} says "${value}", which is neither true nor false`);
	}

	return value.toLowerCase() === 'true';
};

const toCount = (column: Column, value: string, of: string): number => {
	const count = Number(value);
	if (!/^-?\d+$/v.test(value) || !Number.isSafeInteger(count)) {
		throw new InspectOutputError(`the column ${column}${of} says "${value}", which is no transaction`);
	}

	return count;
};
