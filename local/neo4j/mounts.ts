import {type Database} from './database.ts';
import {type Disk, type Store} from './disk.ts';
import {type Copy, electCopy} from './elect-copy.ts';
import {type Transaction} from './transactions.ts';

/**
What all allocations of a database get instead of what they have: the newest copy of some servers, a store from elsewhere, a new store, or nothing because none could be had.
*/
export type Seed = {readonly servers: readonly string[]} | {readonly store: Store} | 'empty' | 'unavailable';

export type Mounts = {
	/** Brings a database online on the servers that are up, with what lies on their disks or with a seed. */
	readonly mount: (database: Database, seed?: Seed) => void;
	/** Takes it offline everywhere. */
	readonly unmount: (database: Database) => void;
	/** Takes it offline on one server that goes down. */
	readonly leave: (database: Database, server: string) => void;
	/** Brings it online on one more server. Where others have it online, that server gets theirs. */
	readonly join: (database: Database, server: string) => void;
	/** Commits transactions everywhere where it is online. */
	readonly commit: (database: Database, transactions: readonly Transaction[]) => void;
	/** Writes it anew where it is online. */
	readonly rewrite: (database: Database) => void;
	/** Removes it from the disks of all servers that are up. */
	readonly remove: (database: Database) => void;
};

export type MountOptions = {
	/** By address of server. Empty: everything is in memory, and all servers have the same. */
	readonly disks: ReadonlyMap<string, Disk>;
	readonly isReachable: (server: string) => boolean;
	/** Servers on which it was told that this database cannot start. */
	readonly isBroken: (database: string, server: string) => boolean;
	readonly newStore: (database: Database) => Store;
};

/**
What happens on the servers' disks when databases come and go.
*/
export const createMounts = ({disks, isReachable, isBroken, newStore}: MountOptions): Mounts => {
	const up = ({servers}: Database): readonly string[] => servers.filter(server => isReachable(server));

	const copyOf = (database: Database, server: string): Copy => ({server, store: disks.size === 0 ? remembered(database) : disks.get(server)?.read(database.name)});

	/** The copies that can be read; of the others it is said that they cannot. */
	const readCopies = (database: Database, servers: readonly string[]): readonly Copy[] => servers.flatMap(server => {
		try {
			return [copyOf(database, server)];
		} catch {
			fail(database, [server]);
			return [];
		}
	});

	const storeOf = (database: Database, seed: Seed): Store | undefined => {
		if (typeof seed === 'string') {
			return seed === 'empty' ? newStore(database) : undefined;
		}

		if ('store' in seed) {
			return seed.store;
		}

		return readCopies(database, seed.servers.filter(server => isReachable(server)))
			.flatMap(({store}) => store ?? [])
			.toSorted((left, right) => (right.transactions.at(-1)?.id ?? 0) - (left.transactions.at(-1)?.id ?? 0))[0];
	};

	const put = (database: Database, server: string): void => {
		if (isBroken(database.name, server)) {
			fail(database, [server]);
			return;
		}

		const {transactions, lowestLoggedTransaction, seed} = database;
		disks.get(server)?.write(database.name, {transactions, lowestLoggedTransaction, seed});
		disks.get(server)?.lock(database.name);
	};

	const bringOnline = (database: Database, store: Store): void => {
		Object.assign(database, store);
		for (const server of up(database).filter(address => !database.failures.has(address))) {
			put(database, server);
		}

		database.state = up(database).some(server => !database.failures.has(server)) ? 'online' : 'offline';
	};

	const mountSeed = (database: Database, seed: Seed): void => {
		const store = storeOf(database, seed);
		if (store === undefined) {
			fail(database, database.servers);
			database.state = 'offline';
			return;
		}

		// What could not be read is replaced.
		database.failures = new Map();
		bringOnline(database, store);
	};

	const mount = (database: Database, seed?: Seed): void => {
		database.failures = new Map();
		if (seed !== undefined) {
			mountSeed(database, seed);
			return;
		}

		const primaries = database.servers.slice(0, database.primaries);
		const copies = readCopies(database, primaries.filter(server => isReachable(server)));
		const elected = electCopy(copies, primaries.filter(server => !database.failures.has(server)).length);
		if (elected) {
			bringOnline(database, elected.store ?? newStore(database));
		} else {
			database.state = database.failures.size === 0 ? 'starting' : 'offline';
		}
	};

	const leave = (database: Database, server: string): void => {
		disks.get(server)?.unlock(database.name);
		if (up(database).length === 0) {
			database.state = 'offline';
		}
	};

	return {
		mount,
		unmount(database) {
			for (const server of up(database)) {
				disks.get(server)?.unlock(database.name);
			}

			database.state = 'offline';
			database.failures = new Map();
		},
		leave,
		join(database, server) {
			if (database.state === 'online') {
				database.failures = new Map([...database.failures].filter(([failed]) => failed !== server));
				put(database, server);
			} else {
				mount(database);
			}
		},
		commit(database, transactions) {
			database.transactions = [...database.transactions, ...transactions];
			for (const server of up(database).filter(address => !database.failures.has(address))) {
				disks.get(server)?.append(database.name, transactions);
			}
		},
		rewrite(database) {
			for (const server of up(database).filter(address => !database.failures.has(address))) {
				put(database, server);
			}
		},
		remove(database) {
			for (const server of up(database)) {
				disks.get(server)?.remove(database.name);
			}
		},
	};
};

/** In memory: nothing until it was there once. */
const remembered = ({transactions, lowestLoggedTransaction, seed}: Database): Store | undefined => transactions.length === 0 ? undefined : {transactions, lowestLoggedTransaction, seed};

const fail = (database: Database, servers: readonly string[]): void => {
	const message = `Unable to start database \`DatabaseId{${database.id.slice(0, 8)}[${database.name}]}\``;
	database.failures = new Map([...database.failures, ...servers.map(server => [server, message] as const)]);
};
