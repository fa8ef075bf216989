import {type Dbms} from '../dbms.ts';
import {invalidArguments} from './failure.ts';

export type Topology = {readonly primaries: number; readonly secondaries: number};

/**
The servers that a database is allocated to, primaries first. Neo4j does not say beforehand which ones it takes. The stand-in takes those that are named, and then the last ones first, so that who counts on the first server without naming it is disappointed.
*/
export const allocate = (dbms: Dbms, {primaries, secondaries}: Topology, named: readonly string[] = []): {readonly servers: readonly string[]; readonly primaries: number} => {
	const others = dbms.servers.map(({address}) => address).filter(address => !named.includes(address)).toReversed();
	const servers = [...named, ...others].slice(0, primaries + secondaries);
	if (primaries < 1 || servers.length < primaries + secondaries) {
		throw invalidArguments(`Could not allocate ${primaries} primaries and ${secondaries} secondaries: the DBMS has ${dbms.servers.length} servers.`);
	}

	return {servers, primaries};
};

/**
The address of a server by its id, as SHOW SERVERS tells it.
*/
export const addressOf = (dbms: Dbms, id: unknown): string => {
	const server = dbms.servers.find(candidate => candidate.id === id);
	if (server === undefined) {
		throw invalidArguments(`Server with id '${String(id)}' does not exist.`);
	}

	return server.address;
};
