import {isAtLeast, parseVersion} from '../admin/version.ts';
import {invalidArguments, syntaxError} from './failure.ts';
import {type Fields} from './literal.ts';
import {type Invocation} from './statement.ts';
import {isCypher25} from './wait.ts';

/** The options of CREATE DATABASE: since which version, and whether Cypher 25 has dropped it. */
const options: Readonly<Record<string, {readonly since?: string; readonly cypher5Only?: true; readonly cypher25Only?: true}>> = {
	existingData: {},
	existingDataSeedServer: {since: '5.25'},
	existingDataSeedInstance: {cypher5Only: true},
	seedURI: {},
	seedConfig: {},
	seedCredentials: {cypher5Only: true},
	seedRestoreUntil: {since: '2025.01'},
	seedSourceDatabase: {since: '2025.06', cypher25Only: true},
	storeFormat: {},
	txLogEnrichment: {},
};

export type OptionsContext = {readonly invocation: Invocation; readonly version: string; readonly replaces: boolean};

/**
Refuses options that this version or language lacks, and combinations that do not go together.
*/
export const checkOptions = (given: Fields, {invocation, version, replaces}: OptionsContext): void => {
	const has = (name: string): boolean => {
		const option = options[name];
		const isInLanguage = isCypher25(invocation) ? option?.cypher5Only !== true : option?.cypher25Only !== true;
		return option !== undefined && isInLanguage && (option.since === undefined || isAtLeast(parseVersion(version), option.since));
	};

	const unknown = Object.keys(given).filter(name => !has(name));
	if (unknown.length > 0) {
		throw invalidArguments(`Unrecognised provided option(s) '${unknown.join('\', \'')}', expected '${Object.keys(options).filter(name => has(name)).join('\', \'')}'.`);
	}

	if (typeof given['existingData'] === 'string' && given['existingData'].toLowerCase() !== 'use') {
		throw invalidArguments(`Could not create database with specified existingData '${given['existingData']}'. Expected 'use'.`);
	}

	const seedServer = given['existingDataSeedServer'] ?? given['existingDataSeedInstance'];
	if (seedServer !== undefined && given['seedURI'] !== undefined) {
		throw invalidArguments('Could not create database: existingDataSeedServer and seedURI exclude each other.');
	}

	if (replaces && seedServer !== undefined) {
		throw syntaxError('Could not create database: existingDataSeedServer and OR REPLACE exclude each other.');
	}

	if (replaces && given['seedURI'] !== undefined && !isAtLeast(parseVersion(version), '2025.01')) {
		throw invalidArguments('Could not create database: seedURI and OR REPLACE exclude each other before 2025.01.');
	}
};
