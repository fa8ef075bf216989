export type Column = 'file' | 'database' | 'databaseID' | 'time' | 'full' | 'compressed' | 'lowestTx' | 'highestTx' | 'recovered';

/** Spellings in lower case, without anything but letters and digits. */
const spellings: Readonly<Record<Column, readonly string[]>> = {
	file: ['file', 'filename', 'filepath', 'path', 'uri', 'artifact', 'backup', 'backupfile', 'backuppath', 'location'],
	database: ['database', 'databasename', 'db', 'dbname', 'name'],
	databaseID: ['databaseid', 'databaseuuid', 'dbid', 'dbuuid', 'id', 'uuid'],
	time: ['time', 'timeutc', 'timestamp', 'timestamputc', 'date', 'datetime', 'backuptime', 'backuptimeutc', 'createdat', 'created', 'creationtime'],
	full: ['full', 'isfull', 'fullbackup'],
	compressed: ['compressed', 'iscompressed', 'compression'],
	lowestTx: ['lowesttx', 'lowesttxid', 'lowesttransaction', 'lowesttransactionid', 'lowtx', 'lowtxid', 'mintx', 'mintxid', 'firsttx', 'firsttxid', 'fromtx'],
	highestTx: ['highesttx', 'highesttxid', 'highesttransaction', 'highesttransactionid', 'hightx', 'hightxid', 'maxtx', 'maxtxid', 'lasttx', 'lasttxid', 'totx'],
	recovered: ['recovered', 'isrecovered'],
};

/**
The column that a heading of the table or a key of the JSON stands for; undefined for one that is not needed.
*/
export const columnOf = (heading: string): Column | undefined => {
	const plain = heading.toLowerCase().replaceAll(/[^a-z\d]/gv, '');
	return (Object.keys(spellings) as Column[]).find(column => spellings[column].includes(plain));
};
