import test from 'ava';
import {
	backup, runID, time, traceparent,
} from './event-samples.ts';
import {buildEvent, buildReconcileRequest} from '#shared/events/build-event.ts';
import {eventTypes} from '#shared/events/catalogue.ts';
import {TerminalError} from '#shared/errors.ts';

const data = {scheduledTime: '2026-11-21T02:00:00Z', schedule: '', trigger: 'schedule'} as const;
const due = (changes: Partial<Parameters<typeof buildEvent<'com.neo4j.backup.due.v1'>>[1]> = {}) =>
	buildEvent(eventTypes.backupDue, {
		object: backup, subject: runID, time, data, ...changes,
	});

test('an event says which object and which run it is about', t => {
	t.like(due({traceparent}), {
		specversion: '1.0',
		type: 'com.neo4j.backup.due.v1',
		source: '/apis/neo4j.neo4j.com/v1alpha1/namespaces/neo4j/neo4jbackups/daily',
		subject: runID,
		time: '2026-11-21T02:00:05.250Z',
		datacontenttype: 'application/json',
		apiversion: 'neo4j.neo4j.com/v1alpha1',
		kind: 'Neo4jBackup',
		namespace: 'neo4j',
		name: 'daily',
		traceparent,
		data,
	});
});

test('the same cause gives the same id, whenever it is built', t => {
	t.regex(due().id, /^[\da-f]{32}$/v);
	t.is(due().id, due({time: new Date('2026-11-21T03:00:00Z'), traceparent}).id);
});

test('another object, run, type or occurrence gives another id', t => {
	const ids = [
		due(),
		due({object: {...backup, metadata: {...backup.metadata, uid: '0e7c5a3e-9d2f-4c7e-8a37-2a6d6e1a9f10'}}}),
		due({subject: '20261121030000-0a1b2c3d'}),
		due({occurrence: '2'}),
		buildEvent(eventTypes.backupOverdue, {
			object: backup, subject: runID, time, data: {scheduledTime: data.scheduledTime, deadline: data.scheduledTime},
		}),
	].map(event => event.id);
	t.is(new Set(ids).size, ids.length);
});

test('a request to reconcile names its handler, and every instant makes a new one', t => {
	const request = (handler: string, instant: Date) => buildReconcileRequest({object: backup, handler, time: instant});
	t.like(request('launch-backup', time), {
		type: 'com.neo4j.reconcile.requested.v1', handler: 'launch-backup', subject: 'daily', name: 'daily', data: {},
	});
	t.is(request('launch-backup', time).id, request('launch-backup', time).id);
	t.not(request('launch-backup', time).id, request('job-completed', time).id);
	t.not(request('launch-backup', time).id, request('launch-backup', new Date('2026-11-21T02:01:05Z')).id);
});

test('an object that was never read from the API server makes no event', t => {
	t.throws(() => due({object: {...backup, metadata: {name: 'daily', namespace: 'neo4j'}}}), {instanceOf: TerminalError, message: /with its uid/v});
});
