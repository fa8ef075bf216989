import {toError} from '../errors.ts';
import {withDriver, type BoltConnection} from './bolt.ts';

export type DatabasesQuestion = BoltConnection & {
	/** Milliseconds for everything; 5,000 when absent. */
	readonly timeoutMs?: number;
	/** Told why there is no answer. */
	readonly onFailure?: (error: Error) => void;
};

type DatabaseRow = {readonly name: string; readonly type: string; readonly currentStatus: string};

/**
The names of the databases that a backup of everything must bring: those of type standard and system that are online on at least one server. Composite databases hold no data; of a sharded one neither the virtual name nor the shards are counted on. Undefined when Bolt does not answer in time, refuses the user, or shows another certificate.
*/
export const onlineDatabases = async ({timeoutMs = 5000, onFailure, ...connection}: DatabasesQuestion): Promise<string[] | undefined> => {
	try {
		return countedDatabases(await showDatabases(connection, timeoutMs));
	} catch (error) {
		onFailure?.(toError(error));
		return undefined;
	}
};

/**
Of the rows of SHOW DATABASES, one per server per database, the names that count.
*/
export const countedDatabases = (rows: readonly DatabaseRow[]): string[] => {
	const sharded = new Set(rows.filter(({type}) => type === 'graph shard').map(({name}) => name.replace(/-g\d+$/v, '')));
	const online = rows.filter(({name, type, currentStatus}) => currentStatus === 'online' && (type === 'standard' || type === 'system') && !sharded.has(name));
	return [...new Set(online.map(({name}) => name))].toSorted();
};

const showDatabases = async (connection: BoltConnection, timeoutMs: number): Promise<readonly DatabaseRow[]> =>
	withDriver(connection, timeoutMs, async driver => {
		const session = driver.session({database: 'system', defaultAccessMode: 'READ'});
		const {records} = await session.run('SHOW DATABASES YIELD name, type, currentStatus', {}, {timeout: timeoutMs});
		return records.map(record => record.toObject() as DatabaseRow);
	});
