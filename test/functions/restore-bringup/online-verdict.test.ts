import test from 'ava';
import {onlineVerdict, type Expectation} from '../../../functions/restore-bringup/online-verdict.ts';
import {allocation, stopped, three} from './allocations.ts';

const expectation: Expectation = {database: 'mydb', lastTransaction: 42, waited: 0};
const late: Expectation = {...expectation, waited: 31 * 60_000};
const soon: Expectation = {...expectation, waited: 3 * 60_000};
const online = three.map(ordinal => allocation(ordinal));

test('a database is online when every server has it online with the restored data', t => {
	t.deepEqual(onlineVerdict(online, expectation), {kind: 'online'});
	t.deepEqual(onlineVerdict(three.map(ordinal => allocation(ordinal, {lastCommittedTxn: 50})), expectation), {kind: 'online'});
	t.deepEqual(onlineVerdict([allocation(0, {requestedPrimariesCount: null, requestedSecondariesCount: null})], expectation), {kind: 'online'});
});

test('one server that is not there yet is waited for, and after half an hour a failure that says which', t => {
	const allocations = [allocation(0), allocation(1), allocation(2, {currentStatus: 'starting', databaseID: null})];
	t.is(onlineVerdict(allocations, expectation).kind, 'notYet');
	t.like(onlineVerdict(allocations, late), {kind: 'failed', reason: 'DatabaseNotOnline'});
	t.regex((onlineVerdict(allocations, late) as {message: string}).message, /graph-server-2\S+ starting/v);
	t.is(onlineVerdict(online.slice(0, 2), expectation).kind, 'notYet', 'a server that has no row yet');
	t.is(onlineVerdict([], expectation).kind, 'notYet');
});

test('a store that is being copied may take longer than half an hour', t => {
	const allocations = [allocation(0), allocation(1), allocation(2, {currentStatus: 'store copying', databaseID: null})];
	t.is(onlineVerdict(allocations, late).kind, 'notYet');
	t.is(onlineVerdict(allocations, {...late, waited: 25 * 60 * 60_000}).kind, 'failed');
});

test('a database that Neo4j could not start fails the restore after two minutes, with Neo4j\'s words', t => {
	const allocations = three.map(ordinal => stopped(ordinal, {requestedStatus: 'online', statusMessage: 'Unable to start database `mydb`'}));
	t.is(onlineVerdict(allocations, expectation).kind, 'notYet');
	t.regex((onlineVerdict(allocations, soon) as {message: string}).message, /Unable to start database `mydb`/v);
	t.is(onlineVerdict(allocations, soon).kind, 'failed');
	t.is(onlineVerdict(three.map(ordinal => stopped(ordinal, {requestedStatus: 'online'})), soon).kind, 'notYet', 'one that only takes its time');
	t.is(onlineVerdict([allocation(0, {currentStatus: 'quarantined'})], soon).kind, 'failed');
});

test('an empty database, or an old one, is never taken for the restored one', t => {
	const empty = three.map(ordinal => allocation(ordinal, {lastCommittedTxn: 5}));
	t.is(onlineVerdict(empty, expectation).kind, 'notYet');
	t.like(onlineVerdict(empty, soon), {kind: 'failed', reason: 'RestoredDataMissing'});
	t.is(onlineVerdict(three.map(ordinal => allocation(ordinal, {lastCommittedTxn: null})), soon).kind, 'failed', 'nobody can tell');
});

test('one server with an empty database keeps the restore from being completed', t => {
	t.is(onlineVerdict([allocation(0), allocation(1), allocation(2, {lastCommittedTxn: 1})], soon).kind, 'notYet');
	t.like(onlineVerdict([allocation(0), allocation(1), allocation(2, {lastCommittedTxn: 1})], late), {kind: 'failed', reason: 'RestoredDataMissing'});
	t.like(onlineVerdict([allocation(0), allocation(1), allocation(2, {databaseID: 'B2'})], soon), {kind: 'failed', reason: 'DifferentStores'});
});

test('where the last transaction is not known, every server must have the same store', t => {
	const unknown: Expectation = {...soon, lastTransaction: undefined};
	t.is(onlineVerdict(online, unknown).kind, 'online');
	t.is(onlineVerdict([allocation(0), allocation(1), allocation(2, {databaseID: 'B2'})], unknown).kind, 'failed');
});
