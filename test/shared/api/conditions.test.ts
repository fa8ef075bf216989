import test from 'ava';
import {
	findCondition, removeCondition, setCondition, toTime,
} from '#shared/api/conditions.ts';

const [first, second] = [new Date('2026-11-21T02:00:00Z'), new Date('2026-11-21T03:00:00Z')];
const ready = (status: 'True' | 'False', reason: string) => ({
	type: 'Ready', status, reason, message: reason,
});

test('lastTransitionTime moves when the status changes and only then', t => {
	const one = setCondition(undefined, ready('True', 'Fine'), first, 1);
	const two = setCondition(one, ready('True', 'StillFine'), second, 2);
	const three = setCondition(two, ready('False', 'Broken'), second, 2);
	t.like(two[0], {reason: 'StillFine', lastTransitionTime: '2026-11-21T02:00:00Z', observedGeneration: 2});
	t.like(three[0], {reason: 'Broken', lastTransitionTime: '2026-11-21T03:00:00Z'});
});

test('conditions of other types stay as they are', t => {
	const conditions = setCondition(setCondition(undefined, {...ready('True', 'A'), type: 'Overdue'}, first), ready('False', 'B'), second);
	t.is(findCondition(conditions, 'Overdue')?.reason, 'A');
	t.deepEqual(removeCondition(conditions, 'Overdue').map(({type}) => type), ['Ready']);
});

test('an instant is written in whole seconds of UTC', t => {
	t.is(toTime(new Date('2026-11-21T02:00:00.987Z')), '2026-11-21T02:00:00Z');
});
