import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {oracleInstants} from './cron-oracle.ts';
import {
	instantsAfter, instantsBetween, isInstantOf, nextAfter, parseSchedule,
} from '#shared/schedule/cron.ts';
import {ConfigurationError} from '#shared/errors.ts';

type Case = {readonly schedule: string; readonly timeZone?: string; readonly after: string; readonly instants: readonly string[]};

const gives = (t: ExecutionContext, {schedule, timeZone, after, instants}: Case) => {
	const taken = instantsAfter(parseSchedule(schedule, timeZone), new Date(after)).take(instants.length);
	t.deepEqual([...taken].map(instant => instant.toISOString().replace(':00.000Z', 'Z')), [...instants]);
};

// Each instant worked out by hand from the rules of the zone.
test('without a time zone the hours are UTC', gives, {schedule: '0 2 * * *', after: '2026-03-28T12:00:00Z', instants: ['2026-03-29T02:00Z', '2026-03-30T02:00Z']});
test('the instant itself is not after itself', gives, {schedule: '0 2 * * *', after: '2026-01-01T02:00:00Z', instants: ['2026-01-02T02:00Z']});
test('a millisecond before it is', gives, {schedule: '0 2 * * *', after: '2026-01-01T01:59:59.999Z', instants: ['2026-01-01T02:00Z']});
test('Berlin is an hour ahead in winter', gives, {
	schedule: '0 2 * * *', timeZone: 'Europe/Berlin', after: '2026-01-01T12:00:00Z', instants: ['2026-01-02T01:00Z'],
});
test('Berlin is two hours ahead in summer', gives, {
	schedule: '0 2 * * *', timeZone: 'Europe/Berlin', after: '2026-07-01T12:00:00Z', instants: ['2026-07-02T00:00Z'],
});
test('a time in the hour that Berlin skips comes at the first moment after it', gives, {
	schedule: '30 2 * * *', timeZone: 'Europe/Berlin', after: '2026-03-28T00:00:00Z', instants: ['2026-03-28T01:30Z', '2026-03-29T01:00Z', '2026-03-30T00:30Z'],
});
test('several times in that hour are one instant', gives, {
	schedule: '*/15 2,3 * * *', timeZone: 'Europe/Berlin', after: '2026-03-29T00:00:00Z', instants: ['2026-03-29T01:00Z', '2026-03-29T01:15Z', '2026-03-29T01:30Z'],
});
test('a time that Berlin shows twice comes the first time only', gives, {
	schedule: '30 2 * * *', timeZone: 'Europe/Berlin', after: '2026-10-24T12:00:00Z', instants: ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
});
test('asked in the second pass it comes the next day', gives, {
	schedule: '30 2 * * *', timeZone: 'Europe/Berlin', after: '2026-10-25T01:10:00Z', instants: ['2026-10-26T01:30Z'],
});
test('an hourly schedule comes every hour that passes on both days', gives, {
	schedule: '0 * * * *', timeZone: 'Europe/Berlin', after: '2026-10-24T22:30:00Z', instants: ['2026-10-24T23:00Z', '2026-10-25T00:00Z', '2026-10-25T01:00Z', '2026-10-25T02:00Z'],
});
test('an hourly schedule has nothing to make up for in spring', gives, {
	schedule: '30 * * * *', timeZone: 'Europe/Berlin', after: '2026-03-28T23:40:00Z', instants: ['2026-03-29T00:30Z', '2026-03-29T01:30Z', '2026-03-29T02:30Z'],
});
test('New York skips 02:00 on 8 March 2026', gives, {
	schedule: '0 2 * * *', timeZone: 'America/New_York', after: '2026-03-07T12:00:00Z', instants: ['2026-03-08T07:00Z', '2026-03-09T06:00Z'],
});
test('New York shows 01:30 twice on 1 November 2026', gives, {
	schedule: '30 1 * * *', timeZone: 'America/New_York', after: '2026-10-31T12:00:00Z', instants: ['2026-11-01T05:30Z', '2026-11-02T06:30Z'],
});
test('Lord Howe skips half an hour', gives, {
	schedule: '15 2 * * *', timeZone: 'Australia/Lord_Howe', after: '2026-10-02T20:00:00Z', instants: ['2026-10-03T15:30Z', '2026-10-04T15:15Z'],
});
test('Lord Howe shows half an hour twice', gives, {
	schedule: '45 1 * * *', timeZone: 'Australia/Lord_Howe', after: '2026-04-03T20:00:00Z', instants: ['2026-04-04T14:45Z', '2026-04-05T15:15Z'],
});
test('an hourly schedule on Lord Howe goes through the change', gives, {
	schedule: '0 * * * *', timeZone: 'Australia/Lord_Howe', after: '2026-04-04T13:10:00Z', instants: ['2026-04-04T14:00Z', '2026-04-04T15:30Z', '2026-04-04T16:30Z'],
});
test('Kathmandu is five hours and three quarters ahead', gives, {
	schedule: '0 2 * * *', timeZone: 'Asia/Kathmandu', after: '2026-03-28T12:00:00Z', instants: ['2026-03-28T20:15Z', '2026-03-29T20:15Z'],
});
test('the 29th of February waits for its year', gives, {schedule: '0 0 29 2 *', after: '2096-03-01T00:00:00Z', instants: ['2104-02-29T00:00Z']});
test('day of month or day of week', gives, {schedule: '0 0 8 * MON', after: '2026-01-02T00:00:00Z', instants: ['2026-01-05T00:00Z', '2026-01-08T00:00Z', '2026-01-12T00:00Z']});
test('a step of one restricts nothing', gives, {schedule: '0 0 */1 * MON', after: '2026-01-02T00:00:00Z', instants: ['2026-01-05T00:00Z', '2026-01-12T00:00Z']});
test('Sunday is 0 and 7', gives, {schedule: '0 0 * * 0,7', after: '2026-01-02T00:00:00Z', instants: ['2026-01-04T00:00Z', '2026-01-11T00:00Z']});
test('items of a list may overlap', gives, {schedule: '*/30,*/20 0 * * 1-5,3', after: '2026-01-02T00:20:00Z', instants: ['2026-01-02T00:30Z', '2026-01-02T00:40Z', '2026-01-05T00:00Z']});
test('names of months and weekdays in any case', gives, {schedule: '0 0 * jan-Feb SUN', after: '2026-02-20T00:00:00Z', instants: ['2026-02-22T00:00Z', '2027-01-03T00:00Z']});

const refuses = (t: ExecutionContext, expression: string, reason: RegExp) => {
	const error = t.throws(() => parseSchedule(expression), {instanceOf: ConfigurationError});
	t.regex(error.message, /^spec\.schedule: /v);
	t.regex(error.message, reason);
};

test('a minute past 59 is refused', refuses, '61 * * * *', /61/v);
test('a word is refused', refuses, 'hello', /1 fields instead of five/v);
test('nothing is refused', refuses, '', /0 fields instead of five/v);
test('four fields are refused', refuses, '0 2 * *', /4 fields instead of five/v);
test('six fields are refused', refuses, '0 0 2 * * *', /6 fields instead of five/v);
test('a shorthand is refused', refuses, '@daily', /write the five fields out/v);
test('a day that never comes is refused', refuses, '0 0 30 2 *', /ever comes/v);
test('the last day of the month, as Quartz writes it, is refused', refuses, '0 0 L * *', /"L" is no value of the day of month/v);
test('the third Friday, as Quartz writes it, is refused', refuses, '0 0 * * 5#3', /"5#3" is no value of the day of week/v);
test('a hashed minute is refused', refuses, 'H 0 * * *', /"H" is no value of the minute/v);
test('a name in the wrong field is refused', refuses, '0 0 * MON *', /"MON" is no value of the month/v);
test('a range that runs backwards is refused', refuses, '0 5-1 * * *', /5-1/v);
test('an empty item is refused', refuses, '1,,2 * * * *', /an empty item/v);
test('a step of zero is refused', refuses, '*/0 * * * *', /every 0/v);
test('a time zone in the expression is refused', refuses, 'TZ=UTC 0 0 * * *', /6 fields/v);

test('whatever is not refused comes within eight years', t => {
	for (const days of ['29', '30', '31', '30,31', '29-31']) {
		for (let months = 1; months < 4096; months += 31) {
			const list = Array.from({length: 12}, (_, index) => index + 1).filter(month => Math.floor(months / (2 ** (month - 1))) % 2 === 1);
			const isPossible = days.startsWith('29') || list.some(month => month !== 2 && (!days.startsWith('31') || [1, 3, 5, 7, 8, 10, 12].includes(month)));
			const parse = () => nextAfter(parseSchedule(`0 0 ${days} ${list.join(',')} *`), new Date('2096-03-01T00:00:00Z'));
			if (isPossible) {
				t.true(parse() < new Date('2104-03-01T00:00:00Z'));
			} else {
				t.throws(parse, {instanceOf: ConfigurationError});
			}
		}
	}
});

test('an unknown time zone is refused by its field', t => {
	const error = t.throws(() => parseSchedule('0 2 * * *', 'Mars/Olympus', 'spec.schedules[1]'), {instanceOf: ConfigurationError});
	t.true(error.message.startsWith('spec.schedules[1].timeZone: "Mars/Olympus"'));
});

test('an instant belongs to its schedule, the second after it does not', t => {
	const schedule = parseSchedule('30 2 * * *', 'Europe/Berlin');
	t.true(isInstantOf(schedule, new Date('2026-03-29T01:00:00Z')));
	t.false(isInstantOf(schedule, new Date('2026-03-29T01:00:01Z')));
	t.false(isInstantOf(schedule, new Date('2026-10-25T01:30:00Z')));
});

test('between two instants the first is left out, the last is in, and the limit holds', t => {
	const schedule = parseSchedule('0 * * * *');
	const after = new Date('2026-01-01T00:00:00Z');
	t.is(instantsBetween(schedule, after, new Date('2026-01-01T05:00:00Z')).length, 5);
	t.is(instantsBetween(schedule, after, new Date('2026-01-01T04:59:59Z')).length, 4);
	t.is(instantsBetween(schedule, after, new Date('2027-01-01T00:00:00Z'), 7).length, 7);
});

test('every time of the day comes exactly once a day, whatever the clock does', t => {
	for (const timeZone of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Havana']) {
		for (const start of ['2026-03-05T12:00:00Z', '2026-03-27T12:00:00Z', '2026-10-01T12:00:00Z', '2026-10-23T12:00:00Z', '2026-10-30T12:00:00Z']) {
			const after = new Date(start);
			const until = new Date(after.getTime() + (5 * 24 * 60 * 60 * 1000));
			for (let minutes = 0; minutes < 24 * 60; minutes += 45) {
				const schedule = parseSchedule(`${minutes % 60} ${Math.floor(minutes / 60)} * * *`, timeZone);
				// A skipped or repeated hour can move the first or the last of them over the border of the range.
				const days = instantsBetween(schedule, after, until).map(instant => new Intl.DateTimeFormat('en-CA', {timeZone}).format(instant));
				t.is(new Set(days).size, days.length, `${schedule.expression} ${timeZone} ${start}`);
				t.true(days.length >= 4 && days.length <= 6);
			}
		}
	}
});

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Havana', 'Africa/Casablanca'];
const field = (max: number, min = 0) => fc.oneof(
	{weight: 3, arbitrary: fc.constant('*')},
	fc.integer({min, max}).map(String),
	fc.tuple(fc.integer({min, max}), fc.integer({min, max})).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
	fc.integer({min: 2, max: 20}).map(step => `*/${step}`),
	fc.uniqueArray(fc.integer({min, max}), {minLength: 2, maxLength: 3}).map(list => list.join(',')),
);

test('any schedule gives what counting minute by minute gives', t => {
	const weeks = fc.constantFrom('2026-03-01T00:00:00Z', '2026-03-27T00:00:00Z', '2026-10-01T00:00:00Z', '2026-10-22T00:00:00Z', '2026-10-30T00:00:00Z', '2026-04-02T00:00:00Z');
	const expressions = fc.tuple(field(59), field(23), field(28, 1), fc.constant('*'), field(6)).map(fields => fields.join(' '));
	fc.assert(fc.property(fc.constantFrom(...zones), expressions, weeks, (timeZone, expression, start) => {
		const after = new Date(start);
		const until = new Date(after.getTime() + (5 * 24 * 60 * 60 * 1000));
		t.deepEqual(instantsBetween(parseSchedule(expression, timeZone), after, until), oracleInstants(expression, timeZone, after, until), `${expression} ${timeZone} ${start}`);
	}), {numRuns: 30});
});

test('from wherever it is asked the next instant is the same', t => {
	fc.assert(fc.property(fc.constantFrom(...zones), field(59), field(23), fc.integer({min: 0, max: 365 * 24 * 60}), (timeZone, minute, hour, offset) => {
		const schedule = parseSchedule(`${minute} ${hour} * * *`, timeZone);
		const after = new Date(Date.parse('2026-01-01T00:00:00Z') + (offset * 60_000));
		const next = nextAfter(schedule, after);
		t.true(next > after);
		t.deepEqual(nextAfter(schedule, new Date(next.getTime() - 1)), next);
		t.deepEqual(nextAfter(schedule, new Date((after.getTime() + next.getTime() - 1) / 2)), next);
	}), {numRuns: 300});
});
