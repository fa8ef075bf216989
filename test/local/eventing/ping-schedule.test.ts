import test from 'ava';
import {parsePingSchedule} from '#local/eventing/ping-schedule.ts';

const due: ReadonlyArray<readonly [schedule: string, timezone: string | undefined, at: string, isDue: boolean]> = [
	['* * * * *', undefined, '2026-03-01T10:07:00Z', true],
	['* * * * *', undefined, '2026-03-01T10:07:00.900Z', true],
	['* * * * *', undefined, '2026-03-01T10:07:01Z', false],
	['*/15 * * * *', undefined, '2026-03-01T10:30:00Z', true],
	['*/15 * * * *', undefined, '2026-03-01T10:31:00Z', false],
	['30 0 2 * * *', undefined, '2026-03-01T02:00:30Z', true],
	['30 0 2 * * *', undefined, '2026-03-01T02:00:00Z', false],
	['0 2 * * MON', 'America/New_York', '2026-03-02T07:00:00Z', true],
	['0 2 * * *', 'Europe/Berlin', '2026-07-01T00:00:00Z', true],
	['@hourly', undefined, '2026-03-01T10:00:00Z', true],
	['@daily', undefined, '2026-03-01T10:00:00Z', false],
];

for (const [schedule, timezone, at, isDue] of due) {
	test(`${schedule} in ${timezone ?? 'UTC'} is ${isDue ? '' : 'not '}due at ${at}`, t => {
		t.is(parsePingSchedule(schedule, timezone).isDue(new Date(at)), isDue);
	});
}

for (const [schedule, timezone] of [['@every 5m', undefined], ['* * * *', undefined], ['61 * * * *', undefined], ['H * * * *', undefined], ['* * * * *', 'Mars/Olympus'], ['@reboot', undefined]] as const) {
	test(`${schedule} in ${timezone ?? 'UTC'} is refused`, t => {
		t.throws(() => parsePingSchedule(schedule, timezone), {instanceOf: RangeError});
	});
}

test('the next tick is after the instant, not at it', t => {
	t.is(parsePingSchedule('0 * * * *').next(new Date('2026-03-01T10:00:00Z')).toISOString(), '2026-03-01T11:00:00.000Z');
});
