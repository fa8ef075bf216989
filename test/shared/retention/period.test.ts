import test from 'ava';
import {periodNamer} from '#shared/retention/period.ts';

test('a week belongs to the year that its Thursday is in', t => {
	const week = (instant: string) => periodNamer('UTC')('weekly', new Date(instant));
	t.is(week('2026-12-31T12:00:00Z'), '2026-W53');
	t.is(week('2027-01-03T23:59:59Z'), '2026-W53');
	t.is(week('2027-01-04T00:00:00Z'), '2027-W01');
	t.is(week('2024-12-30T00:00:00Z'), '2025-W01');
	t.is(week('2024-12-29T00:00:00Z'), '2024-W52');
});

test('a day, a week, a month and a year begin at midnight of the time zone', t => {
	const name = periodNamer('Europe/Berlin');
	const instant = new Date('2026-12-31T23:30:00Z');
	t.is(name('daily', instant), '2027-01-01');
	t.is(name('monthly', instant), '2027-01');
	t.is(name('yearly', instant), '2027');
	t.is(name('weekly', instant), '2026-W53');
});
