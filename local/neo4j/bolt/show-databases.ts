import {createHash} from 'node:crypto';
import {type Database, lastCommittedTransaction} from '../database.ts';
import {type Dbms, type Server} from '../dbms.ts';
import {isAtLeast, parseVersion} from '../admin/version.ts';
import {nameOf, namePattern} from './database-name.ts';
import {type Row} from './expression.ts';
import {dateTime} from './packstream.ts';
import {show, type Table} from './show.ts';
import {boltAddress} from './show-servers.ts';
import {type Statement} from './statement.ts';

const brief = ['name', 'type', 'aliases', 'access', 'address', 'role', 'writer', 'requestedStatus', 'currentStatus', 'statusMessage', 'default', 'home', 'constituents'];

const columns = [
	'name',
	'type',
	'aliases',
	'access',
	'databaseID',
	'serverID',
	'address',
	'role',
	'writer',
	'requestedStatus',
	'currentStatus',
	'statusMessage',
	'default',
	'home',
	'currentPrimariesCount',
	'currentSecondariesCount',
	'requestedPrimariesCount',
	'requestedSecondariesCount',
	'creationTime',
	'lastStartTime',
	'lastStopTime',
	'store',
	'lastCommittedTxn',
	'replicationLag',
	'constituents',
	'options',
];

export const showDatabases: Statement = {
	pattern: /^SHOW DATABASES?(?<clause>(?: (?:YIELD|WHERE) .*)?)$/iv,
	run: ({clause = ''}, {parameters}, dbms) => show(tableOf(dbms, dbms.databases()), clause, parameters),
};

/**
One database by name, or by a parameter. One that does not exist has no row.
*/
export const showDatabase: Statement = {
	pattern: new RegExp(`^SHOW DATABASE ${namePattern}(?<clause>(?: (?:YIELD|WHERE) .*)?)$`, 'iv'),
	run({name = '', clause = ''}, {parameters}, dbms) {
		const database = dbms.find(nameOf(name, parameters));
		return show(tableOf(dbms, database === undefined ? [] : [database]), clause, parameters);
	},
};

const tableOf = (dbms: Dbms, databases: readonly Database[]): Table => {
	const hasLanguage = isAtLeast(parseVersion(dbms.settings.version), '2025.06');
	return {
		brief,
		columns: hasLanguage ? [...columns, 'defaultLanguage'] : columns,
		rows: databases.flatMap(database => dbms.servers
			.filter(({address}) => database.servers.includes(address))
			.map(server => ({...rowOf(database, server, dbms), defaultLanguage: 'CYPHER 5'}))),
	};
};

/**
One row per server per database, also for a server that does not answer.
*/
const rowOf = (database: Database, server: Server, dbms: Dbms): Row => {
	const failure = database.failures.get(server.address);
	const currentStatus = server.reachable ? (failure === undefined ? database.state : 'offline') : 'unknown';
	return {
		name: database.name,
		type: database.type,
		aliases: [],
		access: 'read-write',
		serverID: server.id,
		address: boltAddress(server),
		requestedStatus: database.status,
		currentStatus,
		statusMessage: server.reachable ? failure ?? '' : 'Server is unavailable',
		default: database.name === 'neo4j',
		home: database.name === 'neo4j',
		...topologyOf(database, server, dbms),
		creationTime: dateTime(database.createdAt),
		lastStartTime: dateTime(database.createdAt),
		lastStopTime: null,
		...currentStatus === 'online' && database.type !== 'composite' ? dataOf(database, server, dbms) : noData,
		constituents: [],
		options: {'stand-in': true},
	};
};

const topologyOf = ({type, servers, primaries, state, failures}: Database, server: Server, dbms: Dbms): Row => {
	const hasCopies = type !== 'composite';
	const hasTopology = dbms.settings.edition === 'enterprise' && type === 'standard';
	const role = servers.indexOf(server.address) < primaries ? 'primary' : 'secondary';
	const leader = dbms.servers.find(({reachable, address}) => reachable && servers.slice(0, primaries).includes(address) && !failures.has(address));
	return {
		role: server.reachable && hasCopies ? (failures.has(server.address) ? 'unknown' : role) : null,
		writer: state === 'online' && server === leader,
		currentPrimariesCount: hasCopies ? primaries : null,
		currentSecondariesCount: hasCopies ? servers.length - primaries : null,
		requestedPrimariesCount: hasTopology ? primaries : null,
		requestedSecondariesCount: hasTopology ? servers.length - primaries : null,
	};
};

const noData: Row = {
	databaseID: null, store: null, lastCommittedTxn: null, replicationLag: null,
};

const dataOf = (database: Database, {address}: Server, dbms: Dbms): Row => ({
	// That of the store, which goes with its content into a restored database; 64 hexadecimal digits, not the UUID that artifacts carry.
	databaseID: createHash('sha256').update(database.transactions[0]?.seed ?? database.id).digest('hex').toUpperCase(),
	store: 'block-block-1.1',
	lastCommittedTxn: dbms.settings.edition === 'enterprise' ? lastCommittedTransaction(database) - (database.lags.get(address) ?? 0) : null,
	replicationLag: -(database.lags.get(address) ?? 0),
});
