import {type ClusterServer} from '#shared/neo4j/administration.ts';
import {type Allocation} from '#shared/neo4j/allocations.ts';

/**
Server `n` of a cluster, as SHOW SERVERS has it.
*/
export const server = (ordinal: number, version = '2025.12.0'): ClusterServer => ({
	serverId: `0000000${ordinal}-aaaa-bbbb-cccc-dddddddddddd`, address: `graph-server-${ordinal}.graph-headless.neo4j.svc.cluster.local:7687`, version,
});

/**
What a server says of a database that is online there, unless told otherwise.
*/
export const allocation = (ordinal: number, fields: Partial<Allocation> = {}): Allocation => ({
	name: 'mydb',
	type: 'standard',
	address: server(ordinal).address,
	serverID: server(ordinal).serverId,
	databaseID: 'A1',
	writer: ordinal === 0,
	requestedStatus: 'online',
	currentStatus: 'online',
	statusMessage: '',
	lastCommittedTxn: 42,
	requestedPrimariesCount: 3,
	requestedSecondariesCount: 0,
	...fields,
});

/**
The same for one that is stopped.
*/
export const stopped = (ordinal: number, fields: Partial<Allocation> = {}): Allocation =>
	allocation(ordinal, {
		requestedStatus: 'offline', currentStatus: 'offline', databaseID: null, lastCommittedTxn: null, writer: false, ...fields,
	});

export const three = [0, 1, 2] as const;
