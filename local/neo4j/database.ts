import {randomUUID} from 'node:crypto';
import {type Store} from './disk.ts';
import {type Transaction} from './transactions.ts';

export type DatabaseType = 'standard' | 'system' | 'composite';

export type Database = {
	readonly name: string;
	/** Another one for each database, also for one of a name used before. */
	readonly id: string;
	readonly type: DatabaseType;
	/** The servers that it is allocated to, as host:port of their backup listener: primaries first. */
	servers: readonly string[];
	primaries: number;
	readonly createdAt: Date;
	/** What is wanted of it. */
	status: 'online' | 'offline';
	/** What it is on its servers. `starting`: too few of them are up to tell what it holds. */
	state: 'online' | 'offline' | 'starting';
	/** Why it did not start, by server. */
	failures: ReadonlyMap<string, string>;
	/** By how many transactions a server is behind, where it is. */
	readonly lags: Map<string, number>;
} & {-readonly [Part in keyof Store]: Store[Part]};

/**
The id of the newest transaction; 0 for a composite database, which has none.
*/
export const lastCommittedTransaction = (database: Database): number => database.transactions.at(-1)?.id ?? 0;

/** What Neo4j itself writes into a new store: its own transactions, which make no nodes. */
export const initialTransactions = 5;

type Written = {readonly bytes: number; readonly now: Date; readonly label?: string | undefined};

/**
So many new transactions of a database.
*/
export const transactionsAfter = (database: Database, count: number, {bytes, now, label}: Written): readonly Transaction[] => {
	const from = lastCommittedTransaction(database) + 1;
	return Array.from({length: count}, (_, index) => ({
		id: from + index, time: now.toISOString(), bytes, seed: database.seed, ...(label !== undefined && {label}),
	}));
};

/**
A store without data. The first one of a database is made from its id, another one from something new.
*/
export const newStore = (database: Database, now: Date): Store => {
	const seed = database.transactions.length === 0 ? database.id : randomUUID();
	return {seed, lowestLoggedTransaction: 1, transactions: transactionsAfter({...database, seed, transactions: []}, initialTransactions, {bytes: 256, now})};
};
