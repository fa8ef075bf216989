import {join} from 'node:path';

/**
Where the parts of a database lie below the folders for databases and for transaction logs.
*/
export const storeFolders = ({databases, transactions}: {readonly databases: string; readonly transactions: string}, name: string) => ({
	store: join(databases, name),
	logs: join(transactions, name),
	/** The store of the stand-in is this one file: its transactions in order. */
	content: join(databases, name, 'transactions'),
	/** What a server keeps of its transaction logs; a store that was restored has none. */
	kept: join(transactions, name, 'kept.json'),
	/** There while a server has the database online. */
	lock: join(databases, name, 'database_lock'),
});

/**
The two folders below the data folder of a server, `/data` in a container.
*/
export const dataFolders = (data: string) => ({databases: join(data, 'databases'), transactions: join(data, 'transactions')});
