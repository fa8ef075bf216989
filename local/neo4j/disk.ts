import {Buffer} from 'node:buffer';
import {
	appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import {releaseLock, takeLock} from './database-lock.ts';
import {dataFolders, storeFolders} from './store-folders.ts';
import {decodeTransactions, encodeTransactions, type Transaction} from './transactions.ts';

/**
A database as it lies on a disk.
*/
export type Store = {
	readonly transactions: readonly Transaction[];
	/** Oldest transaction that is in the logs; a restored store has only those to come. */
	readonly lowestLoggedTransaction: number;
	/** What the data of new transactions are made from; a restored store goes on with something else than the one that it is a copy of. */
	readonly seed: string;
};

/**
The data folder of one server. What lies there is in the format of `neo4j-admin database restore`, so that one reads what the other wrote.
*/
export type Disk = {
	/** The store of a database; undefined where there is none. Throws when it is damaged. */
	readonly read: (database: string) => Store | undefined;
	readonly write: (database: string, store: Store) => void;
	readonly append: (database: string, transactions: readonly Transaction[]) => void;
	readonly remove: (database: string) => void;
	readonly lock: (database: string) => void;
	readonly unlock: (database: string) => void;
	/** What the server knows of the DBMS, as text; it lies in the store of `system`. */
	readonly readSystem: () => string | undefined;
	readonly writeSystem: (text: string) => void;
};

/**
Opens a data folder, which need not be there yet.
*/
export const openDisk = (data: string): Disk => {
	const foldersOf = (database: string) => storeFolders(dataFolders(data), database);
	const system = `${foldersOf('system').store}/stand-in.json`;
	const make = (database: string): void => {
		const {store, logs} = foldersOf(database);
		mkdirSync(store, {recursive: true});
		mkdirSync(logs, {recursive: true});
	};

	return {
		read(database) {
			const {content, kept} = foldersOf(database);
			if (!existsSync(content)) {
				return undefined;
			}

			const transactions = [...decodeTransactions(readFileSync(content))].map(({transaction}) => transaction);
			const logs = existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) as Omit<Store, 'transactions'> : {lowestLoggedTransaction: (transactions.at(-1)?.id ?? 0) + 1, seed: crypto.randomUUID()};
			return {transactions, ...logs};
		},
		write(database, {transactions, ...logs}) {
			make(database);
			writeFileSync(foldersOf(database).content, encoded(transactions));
			writeFileSync(foldersOf(database).kept, JSON.stringify(logs));
		},
		append(database, transactions) {
			appendFileSync(foldersOf(database).content, encoded(transactions));
		},
		remove(database) {
			const {store, logs} = foldersOf(database);
			rmSync(store, {recursive: true, force: true});
			rmSync(logs, {recursive: true, force: true});
		},
		lock(database) {
			takeLock(foldersOf(database).lock);
		},
		unlock(database) {
			releaseLock(foldersOf(database).lock);
		},
		readSystem: () => existsSync(system) ? readFileSync(system, 'utf8') : undefined,
		writeSystem(text) {
			make('system');
			writeFileSync(system, text);
		},
	};
};

const encoded = (transactions: readonly Transaction[]): Uint8Array => Buffer.concat([...encodeTransactions(transactions)]);
