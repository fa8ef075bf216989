import test from 'ava';
import {intentStep} from '../../../functions/restore-bringup/intent.ts';

const statedAt = '2026-11-20T02:00:00Z';
const after = (seconds: number) => new Date(Date.parse(statedAt) + (seconds * 1000));

test('a statement is not sent before its intent is stated', t => {
	t.is(intentStep({statedAt: undefined, isOwn: false, now: after(0)}), 'begin');
	t.is(intentStep({statedAt: undefined, isOwn: true, now: after(0)}), 'begin');
});

test('only the call that has stated the intent sends the statement, and at once', t => {
	t.is(intentStep({statedAt, isOwn: true, now: after(0)}), 'send');
	t.is(intentStep({statedAt, isOwn: true, now: after(19)}), 'send');
	t.is(intentStep({statedAt, isOwn: true, now: after(20)}), 'leave');
});

test('the intent of another call is left alone for a minute, and then stated anew, never sent upon', t => {
	t.is(intentStep({statedAt, isOwn: false, now: after(0)}), 'leave');
	t.is(intentStep({statedAt, isOwn: false, now: after(59)}), 'leave');
	t.is(intentStep({statedAt, isOwn: false, now: after(60)}), 'begin');
	t.is(intentStep({statedAt, isOwn: true, now: after(60)}), 'begin');
});
