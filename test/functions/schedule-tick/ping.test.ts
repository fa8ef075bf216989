import test, {type ExecutionContext} from 'ava';
import {readPing, type PingRequest} from '../../../functions/schedule-tick/ping.ts';

const reads = (t: ExecutionContext, data: unknown, request: PingRequest) => {
	t.deepEqual(readPing({data}), request);
};

test('no data is the heartbeat', reads, undefined, {what: 'scan'});
test('an empty object is the heartbeat', reads, {}, {what: 'scan'});
test('an empty text is the heartbeat', reads, '', {what: 'scan'});
test('no bytes are the heartbeat', reads, new Uint8Array(), {what: 'scan'});
test('a named backup', reads, {namespace: 'neo4j', name: 'daily'}, {what: 'run', namespace: 'neo4j', name: 'daily'});
test('a named backup to sweep', reads, {namespace: 'neo4j', name: 'daily', do: 'sweep'}, {what: 'sweep', namespace: 'neo4j', name: 'daily'});
test('something unknown to do', reads, {namespace: 'neo4j', name: 'daily', do: 'delete'}, {what: 'nothing'});
test('a name without a namespace', reads, {name: 'daily'}, {what: 'nothing'});
test('a name that would be a path', reads, {namespace: 'neo4j', name: '../secrets/x'}, {what: 'nothing'});
test('somebody else\'s text', reads, 'hello', {what: 'nothing'});
test('somebody else\'s list', reads, [], {what: 'nothing'});
test('somebody else\'s object', reads, {hello: 'world'}, {what: 'nothing'});
