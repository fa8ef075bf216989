import {type Session} from 'neo4j-driver';
import {showAllocations, type Allocation} from './allocations.ts';
import {withDriver, type BoltConnection} from './bolt.ts';

/**
A server of a DBMS: a row of SHOW SERVERS.
*/
export type ClusterServer = {readonly serverId: string; readonly address: string; readonly version: string};

/**
The administration of a DBMS over Bolt.
*/
export type Administration = {
	/** One row for each server that has the database, or is to have it; none when there is no such database. */
	readonly allocationsOf: (database: string) => Promise<readonly Allocation[]>;
	readonly servers: () => Promise<readonly ClusterServer[]>;
	/** Runs a statement of administration. */
	readonly run: (statement: string, parameters?: Readonly<Record<string, unknown>>) => Promise<void>;
};

export type AdministrationOptions = {
	/** Whether there are several servers, of which only one takes such statements. */
	readonly isCluster: boolean;
	/** Milliseconds for everything. */
	readonly timeoutMs: number;
};

/**
Does something with the administration of a DBMS. Of several servers the one that leads the database `system` is asked: the others refuse what changes anything, and may know of a change a little later.
*/
export const withAdministration = async <T>(connection: BoltConnection, {isCluster, timeoutMs}: AdministrationOptions, work: (administration: Administration) => Promise<T>): Promise<T> =>
	withDriver(isCluster ? {...connection, uri: connection.uri.replace(/^bolt:/v, 'neo4j:')} : connection, timeoutMs, async driver => {
		const session = driver.session({database: 'system', defaultAccessMode: 'WRITE'});
		return work(administrationOf(session, timeoutMs));
	});

const administrationOf = (session: Session, timeout: number): Administration => {
	const rowsOf = async <Row>(statement: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<readonly Row[]> => {
		const {records} = await session.run(statement, parameters, {timeout});
		return records.map(record => record.toObject() as Row);
	};

	return {
		allocationsOf: async database => rowsOf<Allocation>(showAllocations(database)),
		servers: async () => rowsOf<ClusterServer>('SHOW SERVERS YIELD serverId, address, version'),
		async run(statement, parameters) {
			await rowsOf(statement, parameters);
		},
	};
};

/** What passes by itself: the leader has changed, or none was found yet. */
const passing = new Set(['Neo.ClientError.Cluster.NotALeader', 'Neo.ClientError.General.ForbiddenOnReadOnlyDatabase', 'Neo.DatabaseError.Cluster.ReplicationFailure']);

/**
What Neo4j said when it refused a statement, which then had no effect and never will have one. Undefined where nobody can know: it did not answer, or only could not at that moment.
*/
export const refusalOf = (error: unknown): string | undefined => {
	const {code, message} = (error ?? {}) as {readonly code?: unknown; readonly message?: unknown};
	return typeof code === 'string' && code.startsWith('Neo.') && !code.startsWith('Neo.TransientError.') && !passing.has(code)
		? String(message)
		: undefined;
};
