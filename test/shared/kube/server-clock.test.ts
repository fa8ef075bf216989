import test from 'ava';
import {clocksAgree, createServerClock} from '#shared/kube/server-clock.ts';

const header = 'Fri, 20 Nov 2026 02:00:00 GMT';

test('before the first answer the time there is not known', t => {
	t.is(createServerClock().now(), undefined);
});

test('the time there goes on with the monotonic clock, whatever the wall clock here does', t => {
	let ticks = 500;
	const clock = createServerClock(() => ticks);
	clock.observe(header);
	const before = clock.now()!.getTime();
	ticks += 61_000;
	t.is(clock.now()!.getTime() - before, 61_000);
});

test('what is due at a full second is due as soon as an answer shows that second', t => {
	const clock = createServerClock(() => 0);
	clock.observe(header);
	t.true(clock.now()! >= new Date('2026-11-20T02:00:00Z'));
	t.true(clock.now()! < new Date('2026-11-20T02:00:01Z'));
});

for (const [what, value] of [['no', undefined], ['an unreadable', 'soon']] as const) {
	test(`${what} Date header changes nothing`, t => {
		const clock = createServerClock(() => 0);
		clock.observe(header);
		const before = clock.now();
		clock.observe(value);
		t.deepEqual(clock.now(), before);
	});
}

for (const [minutes, agree] of [[-6, false], [-5, true], [0, true], [5, true], [6, false]] as const) {
	test(`clocks ${minutes} minutes apart ${agree ? 'agree' : 'do not agree'}`, t => {
		const theirs = new Date('2026-11-20T02:00:00Z');
		t.is(clocksAgree(theirs, new Date(theirs.getTime() + (minutes * 60_000))), agree);
	});
}
