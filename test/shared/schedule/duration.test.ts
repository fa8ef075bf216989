import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {formatDuration, parseDuration} from '#shared/schedule/duration.ts';
import {ConfigurationError} from '#shared/errors.ts';

const hour = 3_600_000;

const reads = (t: ExecutionContext, text: string, milliseconds: number) => {
	t.is(parseDuration(text, 'spec.retention.maxAge'), milliseconds);
};

test('thirty days', reads, '30d', 30 * 24 * hour);
test('four weeks are 28 days', reads, '4w', 28 * 24 * hour);
test('twelve hours', reads, '12h', 12 * hour);
test('ninety minutes', reads, '90m', 1.5 * hour);
test('an hour and a half', reads, '1h30m', 1.5 * hour);
test('ten seconds', reads, '10s', 10_000);
test('all units in order', reads, '1w2d3h4m5s', (9 * 24 * hour) + (3 * hour) + 245_000);

const refuses = (t: ExecutionContext, text: string) => {
	const error = t.throws(() => parseDuration(text, 'spec.retention.maxAge'), {instanceOf: ConfigurationError});
	t.true(error.message.startsWith('spec.retention.maxAge: '));
};

for (const text of ['', '4', '-1d', '1y2', '1d ', '30D', '1.5h', '1m1h', '0d', 'd', '1h1h', '99999999999999999w', 'P1D']) {
	test(`"${text}" is no duration`, refuses, text);
}

const writes = (t: ExecutionContext, milliseconds: number, text: string) => {
	t.is(formatDuration(milliseconds), text);
};

test('minutes and seconds', writes, 330_000, '5m30s');
test('an hour alone', writes, hour, '1h');
test('more than a day stays in hours', writes, (26 * hour) + 3000, '26h3s');
test('less than a second', writes, 300, '0s');
test('a clock that went back', writes, -5000, '0s');

test('what is written can be read', t => {
	fc.assert(fc.property(fc.integer({min: 1, max: 10_000_000}), seconds => {
		t.is(parseDuration(formatDuration(seconds * 1000), 'x'), seconds * 1000);
	}));
});
