import {type Database} from './database.ts';
import {type Server} from './dbms.ts';
import {type Disk, type Store} from './disk.ts';

/**
What the database `system` keeps: which servers there are, and of each database what is wanted. Transactions are not among it.
*/
export type SystemState = {
	/** Grows with each change; the server with the highest number knows best. */
	readonly change: number;
	readonly servers: ReadonlyArray<Pick<Server, 'id' | 'address'>>;
	readonly databases: ReadonlyArray<Omit<Database, keyof Store | 'state' | 'failures' | 'lags' | 'createdAt'> & {readonly createdAt: string}>;
};

/**
The newest state on any of the disks; undefined when the DBMS is started for the first time.
*/
export const readSystemState = (disks: Iterable<Disk>): SystemState | undefined => {
	const states = [...disks].flatMap(disk => {
		const text = disk.readSystem();
		return text === undefined ? [] : [JSON.parse(text) as SystemState];
	});
	return states.toSorted((left, right) => right.change - left.change)[0];
};

export const writeSystemState = (disks: Iterable<Disk>, {databases, servers, ...state}: Omit<SystemState, 'databases'> & {readonly databases: readonly Database[]}): void => {
	const known: SystemState = {
		...state, servers: servers.map(({id, address}) => ({id, address})), databases: databases.map(({
			name, id, type, servers, primaries, createdAt, status,
		}) => ({
			name, id, type, servers, primaries, createdAt: createdAt.toISOString(), status,
		})),
	};
	const text = JSON.stringify(known, undefined, '\t');
	for (const disk of disks) {
		disk.writeSystem(text);
	}
};
