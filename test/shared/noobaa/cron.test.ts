import test from 'ava';
import {ConfigurationError} from '#shared/errors.ts';
import {parseCnpgSchedule} from '#shared/noobaa/cron.ts';

const after = new Date('2026-03-10T12:00:30Z');

const reads = test.macro((t, schedule: string, expression: string, next: string | undefined) => {
	const parsed = parseCnpgSchedule(schedule);
	t.is(parsed.expression, expression);
	t.is(parsed.nextAfter(after)?.toISOString(), next);
});

const refuses = test.macro((t, schedule: string, why: RegExp) => {
	t.throws(() => parseCnpgSchedule(schedule), {instanceOf: ConfigurationError, message: why});
});

test('monthly', reads, '0 0 1 * *', '0 0 0 1 * *', '2026-04-01T00:00:00.000Z');
test('nightly', reads, '30 2 * * *', '0 30 2 * * *', '2026-03-11T02:30:00.000Z');
test('six fields go through', reads, '15 0 1 * * *', '15 0 1 * * *', '2026-03-11T01:00:15.000Z');
test('a list with steps, which NooBaa\'s pattern refuses', reads, '0 0-6/2 * * *', '0 0 0-6/2 * * *', '2026-03-11T00:00:00.000Z');
test('Sunday as 7', reads, '0 3 * * 7', '0 0 3 * * 0', '2026-03-15T03:00:00.000Z');
test('up to Sunday', reads, '0 3 * * 5-7', '0 0 3 * * 5-6,0', '2026-03-13T03:00:00.000Z');
test('names', reads, '0 3 * JAN MON', '0 0 3 * JAN MON', '2027-01-04T03:00:00.000Z');
test('a day of the month or of the week', reads, '0 0 13 * 5', '0 0 0 13 * 5', '2026-03-13T00:00:00.000Z');
for (const [shorthand, next] of Object.entries({
	'@daily': '2026-03-11T00:00:00.000Z', '@midnight': '2026-03-11T00:00:00.000Z', '@hourly': '2026-03-10T13:00:00.000Z', '@weekly': '2026-03-15T00:00:00.000Z', '@monthly': '2026-04-01T00:00:00.000Z', '@yearly': '2027-01-01T00:00:00.000Z', '@annually': '2027-01-01T00:00:00.000Z',
})) {
	test(`${shorthand} goes through`, reads, shorthand, shorthand, next);
}

test('@every goes through, and only CloudNativePG knows when', reads, '@every 1h30m', '@every 1h30m', undefined);

test('what NooBaa\'s pattern lets pass: out of range', refuses, '99 99 99 99 99', /"99 99 99 99 99" is no schedule/v);
test('seconds out of range', refuses, '75 0 0 1 * *', /is no schedule/v);
test('a word', refuses, 'hello @daily world', /3 fields|is no schedule/v);
test('a command', refuses, '0 0 * * * rm -rf', /7 fields/v);
test('seven fields', refuses, '0 0 0 1 1 * 2027', /7 fields/v);
test('@reboot', refuses, '@reboot', /none of @yearly/v);
test('a duration without a unit', refuses, '@every 5', /none of/v);
test('the thirtieth of February', refuses, '0 0 30 2 *', /is no schedule/v);
test('an addition of others', refuses, '0 0 L * *', /is no schedule/v);
test('nothing', refuses, '', /is no schedule/v);
test('a step of Sundays', refuses, '0 0 * * 1-7/2', /Sunday/v);
