import {isAtLeast, parseVersion} from '../admin/version.ts';
import {type Database} from '../database.ts';
import {type Dbms} from '../dbms.ts';
import {type Seed} from '../mounts.ts';
import {seedFromUri} from '../seed-from-uri.ts';
import {addressOf, allocate} from './allocate.ts';
import {findDatabase} from './database-name.ts';
import {databaseNotFound, invalidArguments, procedureNotFound} from './failure.ts';
import {type Fields, readValue, textOf} from './literal.ts';
import {type Statement} from './statement.ts';
import {tokenize} from './tokens.ts';
import {isCypher25} from './wait.ts';

const since: Readonly<Record<string, string>> = {'dbms.cluster.recreateDatabase': '5.24', 'dbms.recreateDatabase': '2025.04'};

/**
Gives all allocations of a database the newest store of the servers named, or one from elsewhere. It ends started, whatever it was before.
*/
export const recreateDatabase: Statement = {
	pattern: /^CALL (?<procedure>dbms\.(?:cluster\.)?recreateDatabase) ?(?<argumentList>\(.*\))$/v,
	async run({procedure = '', argumentList = ''}, invocation, dbms) {
		const isThere = isAtLeast(parseVersion(dbms.settings.version), since[procedure]!) && !(isCypher25(invocation) && procedure.includes('.cluster.'));
		if (!isThere) {
			throw procedureNotFound(procedure);
		}

		const tokens = tokenize(argumentList);
		tokens.expect('(');
		const name = textOf(readValue(tokens, invocation.parameters), 'the name of the database').toLowerCase();
		const options = tokens.accept(',') ? readValue(tokens, invocation.parameters) as Fields : {};
		tokens.expect(')');
		const database = findDatabase(dbms, name);
		if (database?.type !== 'standard') {
			throw database === undefined ? databaseNotFound(`Database does not exist. Database name: '${name}'.`) : invalidArguments(`Recreate is not supported for ${database.type} database '${name}'.`);
		}

		const seeders = seedersOf(options, database, dbms);
		const allocation = allocationOf(options, database, {dbms, seeders});
		if (seeders.length > allocation.servers.length) {
			throw invalidArguments(`The number of seeding servers '${seeders.length}' cannot exceed the number of allocations '${allocation.servers.length}'.`);
		}

		dbms.recreateDatabase(name, await seedOf(options, seeders, {dbms, name}), allocation);
		return {fields: [], rows: [], isUpdate: true};
	},
};

const seedersOf = ({seedingServers, seedURI, clearData}: Fields, {servers}: Database, dbms: Dbms): readonly string[] => {
	const listed = (seedingServers ?? []) as readonly string[];
	if (seedingServers === undefined && seedURI === undefined && clearData !== true) {
		throw invalidArguments('Either \'seedURI\' or \'seedingServers\' must be specified.');
	}

	if (listed.length > 0 && seedURI !== undefined) {
		throw invalidArguments('\'seedingServers\' must be empty when \'seedURI\' is specified.');
	}

	if (seedingServers === undefined) {
		return [];
	}

	const unavailable = dbms.servers.filter(({address, reachable}) => !reachable && servers.includes(address));
	if (listed.length === 0 && unavailable.length > 0) {
		throw invalidArguments(`Servers '${unavailable.map(({id}) => id).join('\', \'')}' are not available: cordon them first.`);
	}

	return listed.length === 0 ? servers : listed.map(id => addressOf(dbms, id));
};

/** Without numbers the topology of before is kept. */
const allocationOf = ({primaries, secondaries}: Fields, database: Database, {dbms, seeders}: {readonly dbms: Dbms; readonly seeders: readonly string[]}) => primaries === undefined
	? {servers: database.servers, primaries: database.primaries}
	: allocate(dbms, {primaries: Number(primaries), secondaries: Number(secondaries ?? 0)}, seeders.slice(0, Number(primaries)));

const seedOf = async ({clearData, seedURI}: Fields, seeders: readonly string[], {dbms, name}: {readonly dbms: Dbms; readonly name: string}): Promise<Seed> => {
	if (clearData === true) {
		return 'empty';
	}

	return seeders.length === 0 ? seedFromUri({uri: textOf(seedURI, 'seedURI'), until: undefined, name}, dbms.settings) : {servers: seeders};
};
