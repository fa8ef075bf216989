import {limits} from './limits.ts';
import {type Allocation} from '#shared/neo4j/allocations.ts';

/**
Whether a database is online with the restored data.
*/
export type Verdict
	= | {readonly kind: 'online'}
		| {readonly kind: 'notYet'; readonly message: string}
		| {readonly kind: 'failed'; readonly reason: string; readonly message: string};

export type Expectation = {
	readonly database: string;
	/** The last transaction that it must have at least; undefined when that is not known. */
	readonly lastTransaction: number | undefined;
	/** Milliseconds since it was asked to come online. */
	readonly waited: number;
};

/**
Judges the rows of SHOW DATABASES. It is online when every server that it is to be on has it online, all with the same store, and with the last transaction that was restored: an empty database, or the old one, is never taken for it (rows R-144 and X-107).
*/
export const onlineVerdict = (allocations: readonly Allocation[], {database, lastTransaction, waited}: Expectation): Verdict => {
	const wanted = allocations[0] === undefined ? 1 : (allocations[0].requestedPrimariesCount ?? 0) + (allocations[0].requestedSecondariesCount ?? 0);
	const pending = allocations.filter(({currentStatus}) => currentStatus !== 'online');
	if (allocations.length < wanted || pending.length > 0) {
		return notOnline(allocations, {database, waited});
	}

	if (new Set(allocations.map(({databaseID}) => databaseID)).size > 1) {
		return late(`the servers have different stores of database ${database}`, {reason: 'DifferentStores', waited, limit: limits.settling});
	}

	const behind = lastTransaction === undefined ? [] : allocations.filter(({lastCommittedTxn}) => (lastCommittedTxn ?? 0) < lastTransaction);
	if (behind.length === 0) {
		return {kind: 'online'};
	}

	const message = `database ${database} has not the data that was restored, up to transaction ${lastTransaction}: ${behind.map(({address, lastCommittedTxn}) => `${address} is at ${lastCommittedTxn ?? 'none that is known'}`).join(', ')}`;
	// Followers may need a while; the server that leads has what it has.
	const limit = behind.some(({writer}) => writer) ? limits.settling : limits.online;
	return late(message, {reason: 'RestoredDataMissing', waited, limit});
};

const notOnline = (allocations: readonly Allocation[], {database, waited}: Omit<Expectation, 'lastTransaction'>): Verdict => {
	const message = allocations.length === 0
		? `there is no database ${database}`
		: `database ${database} is not online on every server: ${allocations.map(allocation => textOf(allocation)).join(', ')}`;
	const limit = allocations.some(({currentStatus}) => currentStatus === 'store copying')
		? limits.copying
		: (allocations.some(allocation => hasFailed(allocation)) ? limits.settling : limits.online);
	return late(message, {reason: 'DatabaseNotOnline', waited, limit});
};

/** Neo4j does not start it again by itself. */
const hasFailed = ({currentStatus, statusMessage}: Allocation): boolean =>
	currentStatus === 'quarantined' || currentStatus === 'dirty' || (currentStatus === 'offline' && statusMessage !== '');

const textOf = ({address, currentStatus, statusMessage}: Allocation): string => `${address} ${currentStatus}${statusMessage === '' ? '' : ` (${statusMessage})`}`;

const late = (message: string, {reason, waited, limit}: {readonly reason: string; readonly waited: number; readonly limit: number}): Verdict => waited < limit
	? {kind: 'notYet', message}
	: {kind: 'failed', reason, message};
