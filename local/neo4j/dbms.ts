import {randomUUID} from 'node:crypto';
import {
	type Database, type DatabaseType, lastCommittedTransaction, newStore, transactionsAfter,
} from './database.ts';
import {type Disk} from './disk.ts';
import {createMounts, type Seed} from './mounts.ts';
import {readSystemState, writeSystemState} from './system-state.ts';

const systemDatabaseID = '00000000-0000-0000-0000-000000000001';

export type Server = {
	readonly id: string;
	/** Host:port of its backup listener: the name by which clients know it. */
	readonly address: string;
	reachable: boolean;
};

export type Edition = 'enterprise' | 'community';

export type DbmsSettings = {
	readonly servers: readonly string[];
	readonly version: string;
	readonly edition: Edition;
	readonly now: () => Date;
	/** By address of server. Empty: everything is in memory. */
	readonly disks: ReadonlyMap<string, Disk>;
	/** What the servers have in their environment when they fetch a seed. */
	readonly environment: () => Readonly<Record<string, string | undefined>>;
	/** Hears what would be in debug.log. */
	readonly log: (line: string) => void;
	/** Databases of a DBMS that is started for the first time. */
	readonly databases: readonly string[];
};

/** Where a new database goes, and what it begins with. */
export type Creation = {
	/** Primaries first; all servers unless told. */
	readonly servers?: readonly string[];
	readonly primaries?: number;
	readonly seed?: Seed;
};

/**
What the servers of one DBMS know: databases, their transactions, and each other. Every method takes effect at once.
*/
export type Dbms = {
	readonly settings: DbmsSettings;
	readonly servers: readonly Server[];
	readonly databases: () => readonly Database[];
	readonly find: (name: string) => Database | undefined;
	/** Creates a database on all servers, or on those named: with what lies on their disks, or else with five transactions. Answers its id. */
	readonly createDatabase: (name: string, servers?: readonly string[], creation?: Omit<Creation, 'servers'>) => string;
	readonly compositeDatabase: (name: string) => string;
	readonly dropDatabase: (name: string) => void;
	/** Gives all allocations of a database another content, and starts it. */
	readonly recreateDatabase: (name: string, seed: Seed, allocation?: Omit<Creation, 'seed'>) => void;
	/** Commits so many transactions of so many bytes each. Answers the id of the last. */
	readonly write: (name: string, transactions: number, bytesEach?: number) => number;
	/** Commits one that makes a node of that label, if any. */
	readonly createNode: (name: string, label?: string) => void;
	readonly setStatus: (name: string, status: Database['status']) => void;
	/** Throws the transaction logs away, so that the next differential backup is impossible. */
	readonly pruneLogs: (name: string) => void;
	/** A server goes down, or comes up and reads its disk anew. */
	readonly setUp: (address: string, isUp: boolean) => void;
	/** From now on the database cannot be started on that server, or can again. */
	readonly breakStart: (name: string, address: string, isBroken?: boolean) => void;
	/** A server is so many transactions behind with a database that is online, as one that still copies it. */
	readonly lag: (name: string, address: string, transactions: number) => void;
	/** True only the first time that this key is asked for: the memory of faults that happen once. */
	readonly once: (key: string) => boolean;
};

/**
A DBMS as its disks say that it was, or with its `system` database and those that it is to begin with.
*/
export const createDbms = (settings: DbmsSettings): Dbms => {
	const {disks, now} = settings;
	const known = readSystemState(disks.values());
	const servers: readonly Server[] = settings.servers.map(address => ({
		id: known?.servers.find(server => server.address === address)?.id ?? randomUUID(), address, reachable: true,
	}));
	const databases = new Map<string, Database>();
	const used = new Set<string>();
	const broken = new Set<string>();
	let change = known?.change ?? 0;
	const isReachable = (address: string): boolean => servers.some(server => server.address === address && server.reachable);
	const mounts = createMounts({
		disks, isReachable, isBroken: (name, address) => broken.has(`${name} ${address}`), newStore: database => newStore(database, now()),
	});
	const remember = (): void => {
		change += 1;
		writeSystemState([...disks].filter(([address]) => isReachable(address)).map(([, disk]) => disk), {change, servers, databases: [...databases.values()]});
	};

	const get = (name: string): Database => {
		const database = databases.get(name.toLowerCase());
		if (database === undefined) {
			throw new Error(`Database does not exist. Database name: '${name}'.`);
		}

		return database;
	};

	const getOnline = (name: string): Database => {
		const database = get(name);
		if (database.state !== 'online') {
			throw new Error(`Database '${database.name}' is unavailable.`);
		}

		return database;
	};

	const start = (database: Database, seed?: Seed): void => {
		if (database.type === 'composite') {
			database.state = 'online';
		} else {
			mounts.mount(database, seed);
		}
	};

	const create = (name: string, type: DatabaseType, {servers: on = settings.servers, primaries = on.length, seed}: Creation = {}): string => {
		if (databases.has(name.toLowerCase())) {
			throw new Error(`Database '${name.toLowerCase()}' already exists.`);
		}

		const id = type === 'system' ? systemDatabaseID : randomUUID();
		const database: Database = {
			name: name.toLowerCase(), id, type, servers: on, primaries, createdAt: now(), status: 'online', state: 'offline', failures: new Map(), lags: new Map(), transactions: [], seed: id, lowestLoggedTransaction: 1,
		};
		databases.set(database.name, database);
		start(database, seed);
		remember();
		return id;
	};

	if (known === undefined) {
		create('system', 'system');
		for (const name of settings.databases) {
			create(name, 'standard');
		}
	} else {
		for (const {createdAt, ...database} of known.databases) {
			databases.set(database.name, {
				...database, createdAt: new Date(createdAt), state: 'offline', failures: new Map(), lags: new Map(), transactions: [], seed: database.id, lowestLoggedTransaction: 1,
			});
		}

		for (const database of [...databases.values()].filter(({status}) => status === 'online')) {
			start(database);
		}
	}

	return {
		settings,
		servers,
		databases: () => [...databases.values()],
		find: name => databases.get(name.toLowerCase()),
		createDatabase: (name, on, creation) => create(name, 'standard', {...creation, ...(on && {servers: on})}),
		compositeDatabase: name => create(name, 'composite'),
		dropDatabase(name) {
			const database = get(name);
			mounts.unmount(database);
			mounts.remove(database);
			databases.delete(database.name);
			remember();
		},
		recreateDatabase(name, seed, {servers: on, primaries} = {}) {
			const database = get(name);
			mounts.unmount(database);
			Object.assign(database, {status: 'online', servers: on ?? database.servers, primaries: primaries ?? database.primaries});
			start(database, seed);
			remember();
		},
		write(name, count, bytes = 1024) {
			const database = getOnline(name);
			mounts.commit(database, transactionsAfter(database, count, {bytes, now: now()}));
			return lastCommittedTransaction(database);
		},
		createNode(name, label) {
			const database = getOnline(name);
			mounts.commit(database, transactionsAfter(database, 1, {bytes: 256, now: now(), label}));
		},
		setStatus(name, status) {
			const database = get(name);
			database.status = status;
			if (status === 'offline') {
				mounts.unmount(database);
			} else if (database.state !== 'online') {
				start(database);
			}

			remember();
		},
		pruneLogs(name) {
			const database = get(name);
			database.lowestLoggedTransaction = lastCommittedTransaction(database) + 1;
			mounts.rewrite(database);
		},
		setUp(address, isUp) {
			const server = servers.find(candidate => candidate.address === address)!;
			server.reachable = isUp;
			for (const database of databases.values()) {
				const isAllocated = database.type !== 'composite' && database.servers.includes(address);
				if (isAllocated && !isUp) {
					mounts.leave(database, address);
				} else if (isAllocated && database.status === 'online') {
					mounts.join(database, address);
				}
			}

			if (isUp) {
				remember();
			}
		},
		breakStart(name, address, isBroken = true) {
			broken[isBroken ? 'add' : 'delete'](`${name} ${address}`);
		},
		lag(name, address, transactions) {
			get(name).lags.set(address, transactions);
		},
		once(key) {
			const first = !used.has(key);
			used.add(key);
			return first;
		},
	};
};
