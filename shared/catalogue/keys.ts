import {type Archiving} from '../stores/archiving.ts';

/**
Where each file of the catalogue lies, as keys relative to the directory of the backup. The folder holds nothing but the catalogue; artifacts lie beside it, flat.
*/
export const catalogueFolder = '.neo4j-backup/';

/**
The last name of the folder's listing. Created with the owner, so that a listing which lacks it is known to have been cut off.
*/
export const endKey = `${catalogueFolder}version.json`;

/** The first owner has number 0 and is `owner.json`; one that adopted the directory has the next number, because nothing is overwritten. */
export const ownerKey = (number: number): string => `${catalogueFolder}owner${number === 0 ? '' : `-${number}`}.json`;

export const indexKey = (number: number): string => `${catalogueFolder}index-${number}.json`;

/** Artifacts of one database, as index `number` was the first to hold them. `digest` is that of the content, so that two writers never write different texts under one key. */
export const partKey = (number: number, digest: string, database: string): string => `${catalogueFolder}parts/${number}-${digest}-${database}.json`;

export const manifestKey = (runID: string): string => `${catalogueFolder}runs/${runID}.json`;

export const attemptKey = (runID: string, attempt: number): string => `${catalogueFolder}runs/${runID}-${attempt}.open`;

export const pinKey = (id: string): string => `${catalogueFolder}pins/${id}.json`;

export const sweepKey = (id: string): string => `${catalogueFolder}sweeps/${id}.json`;

/** An artifact whose verification failed is moved there, so that neo4j-admin cannot take it for a parent. */
export const quarantineKey = (artifact: string): string => `${catalogueFolder}quarantine/${artifact}`;

/** Where an artifact lies once it is archived: in a folder, or where it always lay. */
export const archiveKey = ({folder = ''}: Archiving, artifact: string): string => `${folder}${artifact}`;

/** What an encrypted artifact holds, for as long as no manifest says it. */
export const encryptedRecordKey = (artifact: string): string => `${catalogueFolder}encrypted/${artifact}.json`;

export type CatalogueFile
	= | {readonly kind: 'owner'; readonly number: number}
		| {readonly kind: 'index'; readonly number: number}
		| {readonly kind: 'part'; readonly number: number}
		| {readonly kind: 'manifest'; readonly runID: string}
		| {readonly kind: 'attempt'; readonly runID: string; readonly attempt: number}
		| {readonly kind: 'quarantined'; readonly name: string}
		| {readonly kind: 'archived'; readonly name: string}
		| {readonly kind: 'encrypted'; readonly name: string}
		| {readonly kind: 'pin'}
		| {readonly kind: 'sweep'}
		| {readonly kind: 'end'}
		| {readonly kind: 'unknown'};

/**
What a key of the folder is, by its name alone. A name that the catalogue does not use is `unknown`.
*/
export const catalogueFile = (key: string): CatalogueFile => {
	const rest = key.slice(catalogueFolder.length);
	const [folder, name] = rest.includes('/') ? [rest.slice(0, rest.indexOf('/')), rest.slice(rest.indexOf('/') + 1)] : ['', rest];
	switch (folder) {
		case '': {
			return topFile(name);
		}

		case 'runs': {
			return runFile(name);
		}

		case 'parts': {
			const number = /^(?<number>\d+)-[0-9a-f]+-.+\.json$/v.exec(name)?.groups?.['number'];
			return number === undefined ? {kind: 'unknown'} : {kind: 'part', number: Number(number)};
		}

		case 'quarantine': {
			return {kind: 'quarantined', name};
		}

		case 'archive': {
			return {kind: 'archived', name};
		}

		case 'encrypted': {
			return name.endsWith('.json') ? {kind: 'encrypted', name: name.slice(0, -'.json'.length)} : {kind: 'unknown'};
		}

		case 'pins': {
			return {kind: 'pin'};
		}

		case 'sweeps': {
			return {kind: 'sweep'};
		}

		default: {
			return {kind: 'unknown'};
		}
	}
};

const topFile = (name: string): CatalogueFile => {
	if (name === 'version.json') {
		return {kind: 'end'};
	}

	const match = /^(?<kind>owner|index)(?:-(?<number>\d+))?\.json$/v.exec(name)?.groups;
	if (!match || (match['kind'] === 'index' && !match['number'])) {
		return {kind: 'unknown'};
	}

	return {kind: match['kind'] as 'owner' | 'index', number: Number(match['number'] ?? 0)};
};

const runFile = (name: string): CatalogueFile => {
	const match = /^(?<runID>\d{14}-[0-9a-f]{8})(?:\.json|-(?<attempt>\d+)\.open)$/v.exec(name)?.groups;
	if (!match) {
		return {kind: 'unknown'};
	}

	const runID = match['runID']!;
	return match['attempt'] === undefined ? {kind: 'manifest', runID} : {kind: 'attempt', runID, attempt: Number(match['attempt'])};
};
