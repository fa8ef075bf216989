import {type Dbms, type Server} from '../dbms.ts';
import {type Row} from './expression.ts';
import {show} from './show.ts';
import {type Statement} from './statement.ts';

const columns = [
	'serverId', 'name', 'address', 'httpAddress', 'httpsAddress', 'state', 'health', 'hosting', 'requestedHosting', 'tags', 'allowedDatabases', 'deniedDatabases', 'modeConstraint', 'version',
];

export const showServers: Statement = {
	pattern: /^SHOW SERVERS?(?<clause>(?: (?:YIELD|WHERE) .*)?)$/iv,
	run: ({clause = ''}, {parameters}, dbms) => show({columns, brief: ['name', 'address', 'state', 'health', 'hosting'], rows: dbms.servers.map(server => rowOf(server, dbms))}, clause, parameters),
};

/**
The server's address for clients: the host of its backup listener, port 7687.
*/
export const boltAddress = ({address}: Pick<Server, 'address'>): string => address.replace(/(?::\d+)?$/v, ':7687');

const rowOf = (server: Server, dbms: Dbms): Row => {
	const hosting = dbms.databases().filter(({servers}) => servers.includes(server.address)).map(({name}) => name);
	return {
		serverId: server.id,
		name: server.id,
		address: boltAddress(server),
		httpAddress: null,
		httpsAddress: null,
		state: 'Enabled',
		health: server.reachable ? 'Available' : 'Unavailable',
		hosting: server.reachable ? hosting : [],
		requestedHosting: hosting,
		tags: ['stand-in'],
		allowedDatabases: [],
		deniedDatabases: [],
		modeConstraint: 'NONE',
		version: dbms.settings.version,
	};
};
