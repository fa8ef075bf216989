import {createBackupPort} from './backup-port.ts';
import {createBoltServer} from './bolt/bolt-server.ts';
import {boltAddress} from './bolt/show-servers.ts';
import {type Invocation} from './bolt/statement.ts';
import {createDbms, type Dbms, type Edition} from './dbms.ts';
import {listen, type Listener} from './listener.ts';

export type DbmsOptions = {
	/** Host:port of the backup listener of each server, as clients name it. */
	readonly servers: readonly string[];
	/** Neo4j's version, as `2025.12.0` or `5.26.3`. */
	readonly version: string;
	/** Community has no backup listener. */
	readonly edition?: Edition;
	/** Standard databases to begin with; `neo4j` unless told. `system` is always there. */
	readonly databases?: readonly string[];
	readonly user?: string;
	readonly password?: string;
	/** Further names of the Bolt server as clients use them, host:port: those of a Service. */
	readonly boltAddresses?: readonly string[];
	/** Where to listen; free ports of 127.0.0.1 when absent. */
	readonly ports?: {readonly host: string; readonly backup: (address: string) => number; readonly bolt: number};
	readonly now?: () => Date;
};

/**
A running stand-in of a Neo4j DBMS. Names are those of `dbms.ts`.
*/
export type RunningDbms = Omit<Dbms, 'settings' | 'servers' | 'once' | 'setStatus'> & {
	readonly backupAddresses: readonly string[];
	/** Where each host:port of the servers, for backups and for Bolt, really is: `{'server-0:6362': '127.0.0.1:40123'}`, the value of `LOCAL_HOSTS`. */
	readonly hosts: () => Record<string, string>;
	readonly stopDatabase: (name: string) => void;
	readonly startDatabase: (name: string) => void;
	/** The server with that backup address stops answering, or answers again. */
	readonly setUnreachable: (address: string, unreachable?: boolean) => Promise<void>;
	readonly boltUrl: string;
	/** Bolt answers, refuses connections, or takes them and never answers. */
	readonly setBolt: (mode: 'answers' | 'refuses' | 'hangs') => Promise<void>;
	/** Every statement that came over Bolt, in order. */
	readonly statements: () => readonly Invocation[];
	readonly close: () => Promise<void>;
};

/**
Starts a DBMS of one or more servers.
*/
export const startDbms = async (options: DbmsOptions): Promise<RunningDbms> => {
	const {servers, version, edition = 'enterprise', databases = ['neo4j'], boltAddresses = [], ports, now = () => new Date()} = options;
	const dbms = createDbms({
		servers, version, edition, now,
	});
	for (const name of databases) {
		dbms.createDatabase(name);
	}

	const listeners = new Map<string, Listener>();
	for (const address of edition === 'enterprise' ? servers : []) {
		listeners.set(address, await listen(createBackupPort(dbms, address), {host: ports?.host, port: ports?.backup(address)}));
	}

	const bolt = await startBolt(dbms, options);

	return {
		...dbms,
		backupAddresses: servers,
		...bolt,
		hosts: () => Object.fromEntries([
			...[...listeners].map(([address, {port}]) => [address, `127.0.0.1:${port}`]),
			...[...servers.map(address => boltAddress({address})), ...boltAddresses].map(address => [address, bolt.boltUrl.replace('bolt://', '')]),
		]) as Record<string, string>,
		stopDatabase(name) {
			dbms.setStatus(name, 'offline');
		},
		startDatabase(name) {
			dbms.setStatus(name, 'online');
		},
		async setUnreachable(address, unreachable = true) {
			for (const server of dbms.servers.filter(candidate => candidate.address === address)) {
				server.reachable = !unreachable;
			}

			await listeners.get(address)?.setListening(!unreachable);
		},
		async close() {
			await Promise.all([bolt, ...listeners.values()].map(async listener => listener.close()));
		},
	};
};

const startBolt = async (dbms: Dbms, {user = 'neo4j', password = 'stand-in-password', ports}: DbmsOptions): Promise<Pick<RunningDbms, 'boltUrl' | 'setBolt' | 'statements' | 'close'>> => {
	const statements: Invocation[] = [];
	let hangs = false;
	const server = createBoltServer(dbms, {
		user,
		password,
		address: () => `127.0.0.1:${listener.port}`,
		onStatement(invocation) {
			statements.push(invocation);
		},
		hangs: () => hangs,
	});
	const listener = await listen(server, {host: ports?.host, port: ports?.bolt});

	return {
		boltUrl: `bolt://127.0.0.1:${listener.port}`,
		async setBolt(mode) {
			hangs = mode === 'hangs';
			// Connections of before must not go on answering.
			await listener.setListening(false);
			await listener.setListening(mode !== 'refuses');
		},
		statements: () => statements,
		close: listener.close,
	};
};
