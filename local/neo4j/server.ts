import {createBackupPort} from './backup-port.ts';
import {createBoltServer} from './bolt/bolt-server.ts';
import {boltAddress} from './bolt/show-servers.ts';
import {type Invocation} from './bolt/statement.ts';
import {createDbms, type Dbms, type Edition} from './dbms.ts';
import {openDisk} from './disk.ts';
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
	/** Environment of the servers, for credentials of the stores that they are seeded from; nothing unless told. */
	readonly environment?: () => Readonly<Record<string, string | undefined>>;
	/** Hears what would be in debug.log, such as why a seed could not be fetched; nobody does unless told. */
	readonly log?: (line: string) => void;
	/** The data folder of each server, by backup address: what lies at `/data` in its container. Without it everything is in memory, and what happens on disks cannot be seen. A DBMS that was on the disks before goes on as it was. */
	readonly dataFolder?: (address: string) => string;
};

/**
A running stand-in of a Neo4j DBMS. Names are those of `dbms.ts`.
*/
export type RunningDbms = Omit<Dbms, 'settings' | 'servers' | 'once' | 'setStatus' | 'setUp'> & {
	readonly backupAddresses: readonly string[];
	/** Where each host:port of the servers, for backups and for Bolt, really is: `{'server-0:6362': '127.0.0.1:40123'}`, the value of `LOCAL_HOSTS`. */
	readonly hosts: () => Record<string, string>;
	readonly stopDatabase: (name: string) => void;
	readonly startDatabase: (name: string) => void;
	/** The server with that backup address stops answering, or answers again. */
	readonly setUnreachable: (address: string, unreachable?: boolean) => Promise<void>;
	/** The server with that backup address goes down: it answers nothing, and lets go of its disk. With the last one Bolt ends too. Nothing happens when it is down. */
	readonly stopServer: (address: string) => Promise<void>;
	/** It comes up, with what then lies on its disk. Nothing happens when it is up. */
	readonly startServer: (address: string) => Promise<void>;
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
	const {servers, version, edition = 'enterprise', databases = ['neo4j'], boltAddresses = [], ports, now = () => new Date(), environment = () => ({}), log = () => undefined, dataFolder} = options;
	const dbms = createDbms({
		servers, version, edition, now, databases, environment, log, disks: new Map(dataFolder && servers.map(address => [address, openDisk(dataFolder(address))])),
	});
	const down = new Set<string>();

	const listeners = new Map<string, Listener>();
	for (const address of edition === 'enterprise' ? servers : []) {
		listeners.set(address, await listen(createBackupPort(dbms, address), {host: ports?.host, port: ports?.backup(address)}));
	}

	const bolt = await startBolt(dbms, options);

	return {
		...dbms,
		backupAddresses: servers,
		boltUrl: bolt.boltUrl,
		setBolt: bolt.setBolt,
		statements: bolt.statements,
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

			if (!unreachable) {
				dbms.setUp(address, true);
			}

			await listeners.get(address)?.setListening(!unreachable);
		},
		async stopServer(address) {
			if (down.has(address)) {
				return;
			}

			down.add(address);
			dbms.setUp(address, false);
			await listeners.get(address)?.setListening(false);
			await bolt.setUp(down.size < servers.length);
		},
		async startServer(address) {
			if (!down.delete(address)) {
				return;
			}

			dbms.setUp(address, true);
			await listeners.get(address)?.setListening(true);
			await bolt.setUp(true);
		},
		async close() {
			for (const address of servers) {
				dbms.setUp(address, false);
			}

			await Promise.all([bolt, ...listeners.values()].map(async listener => listener.close()));
		},
	};
};

type RunningBolt = Pick<RunningDbms, 'boltUrl' | 'setBolt' | 'statements' | 'close'> & {
	/** Whether any server is up. */
	readonly setUp: (isUp: boolean) => Promise<void>;
};

const startBolt = async (dbms: Dbms, {user = 'neo4j', password = 'stand-in-password', ports}: DbmsOptions): Promise<RunningBolt> => {
	const statements: Invocation[] = [];
	let hangs = false;
	let refuses = false;
	let isUp = true;
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
			refuses = mode === 'refuses';
			// Connections of before must not go on answering.
			await listener.setListening(false);
			await listener.setListening(isUp && !refuses);
		},
		async setUp(isAnyUp) {
			isUp = isAnyUp;
			await listener.setListening(isUp && !refuses);
		},
		statements: () => statements,
		close: listener.close,
	};
};
