import {type Neo4jRestore} from '#shared/restore/status.ts';

const minute = 60_000;

/**
How long it is waited for what other programs do, by what is waited for.
*/
export const limits = {
	/** The servers of the target to be ready again. */
	servers: 30 * minute,
	/** Bolt to answer. */
	bolt: 30 * minute,
	/** Bolt to answer after a failure, when all that is left to do is to start a database. */
	boltAfterFailure: 5 * minute,
	/** The database to be online with the restored data. */
	online: 30 * minute,
	/** The same while a server allocations the store from another one, which takes as long as it is large. */
	copying: 24 * 60 * minute,
	/** A database that did not start to be given up: what Neo4j says of it in between may pass. */
	settling: 2 * minute,
	/** Pods of a restore to end, before people are told that it waits for them. */
	pods: 2 * minute,
	/** All of the attempts to bring back the target of a deleted restore. */
	abandoning: 60 * minute,
	/** Within them, Bolt to answer. */
	boltOfAbandoned: 30 * minute,
} as const;

/**
Milliseconds since the present step of a restore began.
*/
export const sinceStep = ({status}: Neo4jRestore, now: Date): number => status?.stepTime === undefined ? 0 : now.getTime() - Date.parse(status.stepTime);
