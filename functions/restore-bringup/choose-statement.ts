import {type ClusterServer} from '#shared/neo4j/administration.ts';
import {quoted, type Allocation} from '#shared/neo4j/allocations.ts';
import {isAtLeast} from '#shared/neo4j/versions.ts';

export type Statement = {readonly text: string; readonly parameters?: Readonly<Record<string, unknown>>};

/**
What to do about a database: nothing more; stop it first; send the statement that brings it up; or there is none that would be right.
*/
export type Choice
	= | {readonly kind: 'nothing'; /** For people; absent where the database is as it shall be. */ readonly remark?: string}
		| {readonly kind: 'stop'; readonly statement: Statement}
		| {readonly kind: 'send'; readonly statement: Statement; /** For an Event. */ readonly remark?: string}
		| {readonly kind: 'impossible'; readonly reason: string; readonly message: string};

export type Situation = {
	readonly database: string;
	/** How the database shall be: with the restored data, or, of a restore that failed or is being deleted, as it was. */
	readonly goal: 'restored' | 'asBefore';
	/** Whether it was there before, and stopped for the restore. */
	readonly wasStopped: boolean;
	/** Whether there was a restore Job, which may have written to server 0, in full or in part. */
	readonly mayBeWritten: boolean;
	/** Whether the statement may have been sent before. */
	readonly isSent: boolean;
	/** Name of the StatefulSet, whose server 0 has the restored data. */
	readonly statefulSet: string;
	readonly allocations: readonly Allocation[];
	readonly servers: readonly ClusterServer[];
	/** The last transaction that the restored data has at least; undefined when that is not known. */
	readonly lastTransaction: number | undefined;
};

/**
The one statement that brings a database up after a restore onto server 0 alone. On several servers a plain START or CREATE lets each of them mount what lies on its own disk, nothing or the old data included, and any of them may win (row R-154): there it is server 0 that all others are to follow.

That server 0 has the restored data is what the restore Job has proven; Bolt shows nothing of a database that is stopped. It kept them if the database has been stopped all the time since, which `system` remembers (decision D68). One that is online before anything was sent may have lost them to the other servers: only the very last transaction that was restored is then believed.
*/
export const chooseStatement = (situation: Situation): Choice => {
	const {goal, allocations, servers} = situation;
	if (allocations.length > 0 && allocations.every(({requestedStatus}) => requestedStatus === 'online') && (situation.isSent || goal === 'asBefore' || servers.length <= 1)) {
		return {kind: 'nothing'};
	}

	return goal === 'restored' ? bringRestored(situation) : bringBack(situation);
};

const bringRestored = (situation: Situation): Choice => {
	const {database, statefulSet, allocations, servers} = situation;
	const name = quoted(database);
	if (servers.length <= 1) {
		return {kind: 'send', statement: {text: allocations.length === 0 ? `CREATE DATABASE ${name}` : `START DATABASE ${name}`}};
	}

	const seeder = serverZero(servers, statefulSet);
	if (!seeder) {
		return unknownServer(situation);
	}

	if (allocations.length === 0) {
		return createFrom(seeder, situation);
	}

	if (allocations.some(({requestedStatus}) => requestedStatus === 'online')) {
		return hasRestoredData(seeder, situation)
			? {kind: 'stop', statement: {text: `STOP DATABASE ${name}`}}
			: {kind: 'impossible', reason: 'DatabaseWasStarted', message: `Database ${database} was started before its restored data was made that of all servers: server 0 may have taken over the old data of the others. Restore again, with a new Neo4jRestore, and let nobody start the database meanwhile`};
	}

	return {kind: 'send', statement: recreateFrom([seeder], situation)};
};

/** A failed restore has stopped the database: it is started again, with what it held. */
const bringBack = (situation: Situation): Choice => {
	const {database, wasStopped, mayBeWritten, statefulSet, allocations, servers} = situation;
	if (!wasStopped) {
		return {kind: 'nothing'};
	}

	if (allocations.length === 0) {
		return {kind: 'nothing', remark: `Database ${database} is no longer there: somebody has dropped it`};
	}

	const start: Choice = {kind: 'send', statement: {text: `START DATABASE ${quoted(database)}`}};
	if (!mayBeWritten || servers.length <= 1) {
		return start;
	}

	const written = serverZero(servers, statefulSet);
	if (!written) {
		return unknownServer(situation);
	}

	// What lies on the other servers is what it held. On server 0 there may be anything, and a plain START could let that win.
	const others = servers.filter(({serverId}) => serverId !== written.serverId && allocations.some(({serverID}) => serverID === serverId));
	return others.length === 0 ? start : {kind: 'send', statement: recreateFrom(others, situation)};
};

const unknownServer = ({servers, statefulSet}: Situation): Choice => ({kind: 'impossible', reason: 'ServerNotFound', message: `None of the servers that the cluster knows has the address of Pod ${statefulSet}-0, which was restored onto: ${servers.map(({address}) => address).join(', ')}`});

const serverZero = (servers: readonly ClusterServer[], statefulSet: string): ClusterServer | undefined =>
	servers.find(({address}) => address.startsWith(`${statefulSet}-0.`) || address.startsWith(`${statefulSet}-0:`));

const createFrom = ({serverId, version}: ClusterServer, {database, servers}: Situation): Choice => {
	const primaries = Math.min(servers.length, mostPrimaries);
	// `existingData` and the place of TOPOLOGY are those of Cypher 5, which is not everywhere the language that is spoken unasked.
	const language = isAtLeast(version, firstWithLanguages) ? 'CYPHER 5 ' : '';
	return {
		kind: 'send',
		statement: {text: `${language}CREATE DATABASE ${quoted(database)} TOPOLOGY ${primaries} ${primaries === 1 ? 'PRIMARY' : 'PRIMARIES'} OPTIONS {existingData: 'use', existingDataSeedServer: '${serverId.replaceAll(/[^\w\-]/gv, '')}'}`},
		remark: `Database ${database} is created on ${primaries} servers as primaries, because nothing says on how many it was. Another topology is a matter of ALTER DATABASE ${quoted(database)} SET TOPOLOGY`,
	};
};

/** Neo4j's own limit. */
const mostPrimaries = 11;
const firstWithLanguages = '2025.06';

/** It takes the newest store of those servers, and starts the database (row X-105). */
const recreateFrom = (seeders: readonly ClusterServer[], {database}: Situation): Statement => ({
	text: `CALL ${seeders.every(({version}) => isAtLeast(version, '2025.04')) ? 'dbms.recreateDatabase' : 'dbms.cluster.recreateDatabase'}($name, {seedingServers: $servers})`,
	parameters: {name: database, servers: seeders.map(({serverId}) => serverId)},
});

const hasRestoredData = ({serverId}: ClusterServer, {allocations, lastTransaction}: Situation): boolean =>
	lastTransaction !== undefined && allocations.some(({serverID, lastCommittedTxn}) => serverID === serverId && lastCommittedTxn === lastTransaction);
