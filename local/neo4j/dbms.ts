import {randomUUID} from 'node:crypto';
import {type Transaction} from './transactions.ts';

const systemDatabaseID = '00000000-0000-0000-0000-000000000001';

export type DatabaseType = 'standard' | 'system' | 'composite';

export type Database = {
	readonly name: string;
	/** Another one for each database, also for one of a name used before. */
	readonly id: string;
	readonly type: DatabaseType;
	/** The servers that hold it, as host:port of their backup listener. */
	readonly servers: readonly string[];
	readonly createdAt: Date;
	status: 'online' | 'offline';
	transactions: readonly Transaction[];
	/** Oldest transaction that a differential backup can still begin with. */
	lowestLoggedTransaction: number;
};

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
};

/**
What the servers of one DBMS know: databases, their transactions, and each other. Held in memory; every method takes effect at once.
*/
export type Dbms = {
	readonly settings: DbmsSettings;
	readonly servers: readonly Server[];
	readonly databases: () => readonly Database[];
	readonly find: (name: string) => Database | undefined;
	/** Creates a database of five transactions on all servers, or on those named. Answers its id. */
	readonly createDatabase: (name: string, servers?: readonly string[]) => string;
	readonly compositeDatabase: (name: string) => string;
	readonly dropDatabase: (name: string) => void;
	/** Commits so many transactions of so many bytes each. Answers the id of the last. */
	readonly write: (name: string, transactions: number, bytesEach?: number) => number;
	readonly setStatus: (name: string, status: Database['status']) => void;
	/** Throws the transaction logs away, so that the next differential backup is impossible. */
	readonly pruneLogs: (name: string) => void;
	/** True only the first time that this key is asked for: the memory of faults that happen once. */
	readonly once: (key: string) => boolean;
};

/**
The id of the newest transaction; 0 for a composite database, which has none.
*/
export const lastCommittedTransaction = (database: Database): number => database.transactions.at(-1)?.id ?? 0;

const initialTransactions = 5;

/**
A DBMS with its `system` database and no other.
*/
export const createDbms = (settings: DbmsSettings): Dbms => {
	const databases = new Map<string, Database>();
	const used = new Set<string>();
	const servers = settings.servers.map(address => ({id: randomUUID(), address, reachable: true}));
	const get = (name: string): Database => {
		const database = databases.get(name.toLowerCase());
		if (database === undefined) {
			throw new Error(`Database does not exist. Database name: '${name}'.`);
		}

		return database;
	};

	const add = (database: Database): string => {
		if (databases.has(database.name)) {
			throw new Error(`Database '${database.name}' already exists.`);
		}

		databases.set(database.name, database);
		if (database.type !== 'composite') {
			append(database, initialTransactions, {bytes: 256, now: settings.now()});
		}

		return database.id;
	};

	const create = (name: string, type: DatabaseType, on: readonly string[] = settings.servers): string => add({
		name: name.toLowerCase(), id: type === 'system' ? systemDatabaseID : randomUUID(), type, servers: on, createdAt: settings.now(), status: 'online', transactions: [], lowestLoggedTransaction: 1,
	});

	create('system', 'system');

	return {
		settings,
		servers,
		databases: () => [...databases.values()],
		find: name => databases.get(name.toLowerCase()),
		createDatabase: (name, on) => create(name, 'standard', on),
		compositeDatabase: name => create(name, 'composite'),
		dropDatabase(name) {
			databases.delete(get(name).name);
		},
		write(name, count, bytes = 1024) {
			append(get(name), count, {bytes, now: settings.now()});
			return lastCommittedTransaction(get(name));
		},
		setStatus(name, status) {
			get(name).status = status;
		},
		pruneLogs(name) {
			const database = get(name);
			database.lowestLoggedTransaction = lastCommittedTransaction(database) + 1;
		},
		once(key) {
			const first = !used.has(key);
			used.add(key);
			return first;
		},
	};
};

const append = (database: Database, count: number, {bytes, now}: {readonly bytes: number; readonly now: Date}): void => {
	const from = lastCommittedTransaction(database) + 1;
	const added = Array.from({length: count}, (_, index) => ({
		id: from + index, time: now.toISOString(), bytes, seed: database.id,
	}));
	database.transactions = [...database.transactions, ...added];
};
