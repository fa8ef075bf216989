import {withDriver, type BoltConnection} from './bolt.ts';

/**
A database as one server has it: a row of SHOW DATABASES (operations manual, "Listing databases").
*/
export type Allocation = {
	readonly name: string;
	/** `standard`, `system`, `composite`, … */
	readonly type: string;
	readonly address: string;
	readonly serverID: string;
	/** Whether it is the one that leads. */
	readonly writer: boolean;
	readonly requestedStatus: string;
	readonly currentStatus: string;
	readonly statusMessage: string;
	/** Null unless it is online there. */
	readonly databaseID: Nullable<string>;
	readonly lastCommittedTxn: Nullable<number>;
	/** How many servers are to have it. */
	readonly requestedPrimariesCount: Nullable<number>;
	readonly requestedSecondariesCount: Nullable<number>;
};

// eslint-disable-next-line @typescript-eslint/no-restricted-types -- a value of Cypher
type Nullable<T> = T | null;

/** Milliseconds for a question that is answered from memory. */
const defaultBoltTimeoutMs = 5000;

/**
A name in a statement, where no parameter can stand in its place. Every one is quoted: a hyphen, a dot or a digit in front needs it.
*/
export const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/**
All allocations of a database, none when there is no such database. Throws when Bolt does not answer in time, or refuses the user.
*/
export const readAllocations = async (connection: BoltConnection, database: string, timeoutMs = defaultBoltTimeoutMs): Promise<readonly Allocation[]> =>
	withDriver(connection, timeoutMs, async driver => {
		const session = driver.session({database: 'system', defaultAccessMode: 'READ'});
		const {records} = await session.run(showAllocations(database), {}, {timeout: timeoutMs});
		return records.map(record => record.toObject() as Allocation);
	});

/**
The statement that answers the allocations of a database.
*/
export const showAllocations = (database: string): string =>
	`SHOW DATABASE ${quoted(database)} YIELD name, type, address, serverID, writer, requestedStatus, currentStatus, statusMessage, databaseID, lastCommittedTxn, requestedPrimariesCount, requestedSecondariesCount`;
