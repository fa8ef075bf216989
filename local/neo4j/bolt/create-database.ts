import {type Dbms} from '../dbms.ts';
import {type Seed} from '../mounts.ts';
import {seedFromUri} from '../seed-from-uri.ts';
import {addressOf, allocate, type Topology} from './allocate.ts';
import {findDatabase, readName} from './database-name.ts';
import {checkOptions} from './database-options.ts';
import {databaseExists, invalidArguments, syntaxError} from './failure.ts';
import {type Fields, readValue, textOf} from './literal.ts';
import {type Invocation, type Parameters, type Statement} from './statement.ts';
import {tokenize, type Tokens} from './tokens.ts';
import {answerOf, readWait} from './wait.ts';

type Wanted = {
	readonly name: string;
	readonly replaces: boolean;
	readonly ifNotExists: boolean;
	readonly topology: Topology;
	readonly options: Fields;
	readonly waits: boolean;
};

/**
Creates a database. Without a seed each server that it is allocated to mounts what lies on its disk, or a new store.
*/
export const createDatabase: Statement = {
	pattern: /^CREATE (?:OR REPLACE )?DATABASE .+$/iv,
	async run(_, invocation, dbms) {
		const wanted = read(invocation, dbms);
		const {name, replaces, ifNotExists, waits, options} = wanted;
		const existing = findDatabase(dbms, name);
		const isThere = existing !== undefined;
		if (isThere && !replaces && !ifNotExists) {
			throw databaseExists(`Failed to create the specified database '${name}': Database already exists.`);
		}

		if (isThere && ifNotExists) {
			return answerOf(existing, dbms, {waits, invocation});
		}

		const seedServer = options['existingDataSeedServer'] ?? options['existingDataSeedInstance'];
		const named = seedServer === undefined ? [] : [addressOf(dbms, seedServer)];
		const {servers, primaries} = allocate(dbms, wanted.topology, named);
		const seed = await seedOf(options, named, {dbms, name});
		if (isThere) {
			dbms.dropDatabase(name);
		}

		dbms.createDatabase(name, servers, {primaries, ...(seed && {seed})});
		return answerOf(findDatabase(dbms, name), dbms, {waits, invocation});
	},
};

const seedOf = async ({seedURI, seedRestoreUntil}: Fields, servers: readonly string[], {dbms, name}: {readonly dbms: Dbms; readonly name: string}): Promise<Seed | undefined> => {
	if (seedURI !== undefined) {
		return seedFromUri({uri: textOf(seedURI, 'seedURI'), until: seedRestoreUntil, name}, dbms.settings);
	}

	return servers.length === 0 ? undefined : {servers};
};

const read = (invocation: Invocation, dbms: Dbms): Wanted => {
	const {parameters} = invocation;
	const tokens = tokenize(invocation.query.trim().replace(/;\s*$/v, '').replace(/^CYPHER\s+(?:5|25)\s/iv, ''));
	tokens.expect('CREATE');
	const replaces = tokens.accept('OR', 'REPLACE');
	tokens.expect('DATABASE');
	const name = readName(tokens, parameters);
	const ifNotExists = tokens.accept('IF', 'NOT', 'EXISTS');
	if (replaces && ifNotExists) {
		throw syntaxError(`Failed to create the specified database '${name}': cannot have both \`OR REPLACE\` and \`IF NOT EXISTS\`.`);
	}

	const topology = readTopology(tokens, parameters);
	const options = tokens.accept('OPTIONS') ? toMap(readValue(tokens, parameters)) : {};
	checkOptions(options, {invocation, version: dbms.settings.version, replaces});
	const waits = readWait(tokens);
	if (tokens.peek() !== undefined) {
		throw syntaxError(`Invalid input '${tokens.peek()!}' in: ${invocation.query}`);
	}

	return {
		name, replaces, ifNotExists, topology, options, waits,
	};
};

/** One primary is Neo4j's default. */
const readTopology = (tokens: Tokens, parameters: Parameters): Topology => {
	tokens.accept('SET');
	if (!tokens.accept('TOPOLOGY')) {
		return {primaries: 1, secondaries: 0};
	}

	const numbers = {primaries: 1, secondaries: 0};
	while (/^(?:\d+|\$\w+)$/v.test(tokens.peek() ?? '')) {
		const count = Number(readValue(tokens, parameters));
		if (tokens.accept('PRIMARIES') || tokens.accept('PRIMARY')) {
			numbers.primaries = count;
		} else if (tokens.accept('SECONDARIES') || tokens.accept('SECONDARY')) {
			numbers.secondaries = count;
		} else {
			throw syntaxError(`Invalid input '${tokens.peek() ?? ''}': expected 'PRIMARIES' or 'SECONDARIES'`);
		}
	}

	return numbers;
};

const toMap = (value: unknown): Fields => {
	if (typeof value !== 'object' || value === null) {
		throw invalidArguments('Could not create database with specified options: Map expected.');
	}

	return value as Fields;
};
