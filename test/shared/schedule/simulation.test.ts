import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {
	allInstants, minute, simulate, within, type SimulatedRun, type Span, type World,
} from './simulation.ts';

const hour = 60 * minute;
const day = 24 * hour;
const start = Date.parse('2026-01-01T00:30:00Z');

type Law = (world: World, started: readonly SimulatedRun[]) => unknown;

/** Each answers what breaks it, if anything does. */
const laws: Readonly<Record<string, Law>> = {
	'no instant is run twice': (_, started) => started.find(({scheduledTime}, index) => started.findIndex(run => run.scheduledTime === scheduledTime) !== index),

	'only instants of the schedule are run, and none before its time'(world, started) {
		const instants = new Set(allInstants(world));
		return started.find(({scheduledTime, startTime}) => !instants.has(scheduledTime) || scheduledTime > startTime);
	},

	'nothing starts while suspended': ({suspensions}, started) => started.find(({startTime}) => within(suspensions, startTime)),

	'of the instants of one outage at most one is run afterwards': ({outages}, started) => outages.find(outage =>
		started.filter(({scheduledTime, startTime}) => within([outage], scheduledTime) && startTime >= outage.to).length > 1),

	'once functions run and no backup is under way, a run starts for a passed instant or for a newer one'(world, started) {
		if (world.suspensions.length > 0 || world.spec.catchUp === 'Skip') {
			return undefined;
		}

		return allInstants(world).find(instant => {
			const ready = firstReady(world, started, instant);
			const next = started.find(({startTime}) => startTime >= instant);
			return ready <= world.end - (2 * minute) && !(next && next.startTime <= ready + (2 * minute));
		});
	},

	'with catchUp Skip nothing is run that was missed': ({spec, runs}, started) => spec.catchUp === 'Skip'
		? started.find(({scheduledTime, startTime}, index) => {
			const before = started[index - 1];
			return startTime - Math.max(scheduledTime, before ? before.startTime + runs : 0) > 3 * minute;
		})
		: undefined,

	// A suspension that began and ended during one outage was seen by nobody, and is as if it had never been.
	'the instants of a suspension are not made up for': (world, started) => started.find(({scheduledTime}) =>
		world.suspensions.some(span => within([span], scheduledTime) && wasSeen(world, span))),
};

const firstReady = ({outages, runs}: World, started: readonly SimulatedRun[], instant: number): number => {
	const busy = started.filter(({startTime}) => startTime < instant).map(({startTime}) => ({from: startTime, to: startTime + runs}));
	let ready = instant;
	while (within(outages, ready) || within(busy, ready)) {
		ready += minute;
	}

	return ready;
};

const wasSeen = ({outages}: World, {from, to}: Span): boolean => {
	for (let time = from; time < to; time += minute) {
		if (!within(outages, time)) {
			return true;
		}
	}

	return false;
};

const keepsAllLaws = (t: ExecutionContext, world: World): SimulatedRun[] => {
	const started = simulate(world);
	for (const [name, law] of Object.entries(laws)) {
		t.is(law(world, started), undefined, name);
	}

	return started;
};

const stretches = [
	{spec: {schedule: '0 2 * * *', timeZone: 'Europe/Berlin'}, from: '2026-03-20T00:30:00Z', days: 30},
	{spec: {schedule: '0 */6 * * *', timeZone: 'America/New_York'}, from: '2026-10-25T00:30:00Z', days: 20},
	{spec: {schedule: '', schedules: [{name: 'full', schedule: '0 0 * * SUN', backupType: 'FULL'}, {name: 'diff', schedule: '0 */8 * * *', backupType: 'DIFF'}]}, from: '2026-01-01T00:30:00Z', days: 25},
	{spec: {schedule: '*/20 * * * *'}, from: '2026-01-01T00:30:00Z', days: 3},
] as const;

const spans = (from: number, days: number): fc.Arbitrary<Span[]> => fc.array(fc.record({
	offset: fc.integer({min: 1, max: days * 24 * 60}), length: fc.oneof(fc.integer({min: 1, max: 90}), fc.integer({min: 1, max: 2 * 24 * 60})),
}), {maxLength: 5}).map(list => list.map(({offset, length}) => ({from: from + (offset * minute), to: from + ((offset + length) * minute)})));

const worlds: fc.Arbitrary<World> = fc.constantFrom(...stretches).chain(({spec, from, days}) => fc.record({
	spec: fc.constantFrom('RunOnce', 'Skip').map(catchUp => ({...spec, catchUp})),
	start: fc.constant(Date.parse(from)),
	end: fc.constant(Date.parse(from) + (days * day)),
	outages: spans(Date.parse(from), days - 2),
	suspensions: fc.oneof(fc.constant([]), spans(Date.parse(from), days - 2)),
	runs: fc.constantFrom(4 * minute, 50 * minute, 5 * hour),
	dated: fc.boolean(),
}));

test('random weeks with outages, suspensions and long runs keep all laws', t => {
	fc.assert(fc.property(worlds, world => {
		keepsAllLaws(t, world);
	}), {numRuns: 35});
});

test('a year without a fault has each of its instants run within the minute', t => {
	const started = keepsAllLaws(t, {
		spec: {schedule: '0 2 * * *', timeZone: 'Europe/Berlin'}, start, end: start + (365 * day), outages: [], suspensions: [], runs: 20 * minute, dated: true,
	});
	t.is(started.length, 365);
	t.true(started.every(({scheduledTime, startTime}) => startTime - scheduledTime < minute));
});

test('a year with an outage each month loses no day but those of the outages', t => {
	const outages = Array.from({length: 12}, (_, month) => ({from: start + (((month * 30) + 5) * day), to: start + (((month * 30) + 8) * day) + hour}));
	const started = keepsAllLaws(t, {
		spec: {schedule: '0 2 * * *'}, start, end: start + (365 * day), outages, suspensions: [], runs: 20 * minute, dated: true,
	});
	t.is(started.length, 365 - (12 * 2));
});
