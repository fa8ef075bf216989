import process from 'node:process';
import test from 'ava';
import fc from 'fast-check';
import {declareLaws} from '../../shared/retention/laws.ts';
import {planSweep, type SnapshotPlan} from '../../../functions/noobaa-database/plan-sweep.ts';
import {scheduledSets} from '../../../functions/noobaa-database/schedule-chains.ts';
import {
	clusterName, madeUp, nooBaaOf, type Point,
} from './made-up.ts';

const now = new Date('2026-06-01T00:00:00Z');

type Case = {readonly points: readonly Point[]; readonly max: number; readonly recovery: number | undefined; readonly order: number};

const points: fc.Arbitrary<Point[]> = fc.uniqueArray(fc.record({
	minute: fc.integer({min: 0, max: 400}),
	phase: fc.constantFrom('completed', 'completed', 'completed', 'failed', 'running'),
	isReady: fc.constantFrom(true, true, true, false),
	parts: fc.constantFrom([''], ['', '-wal']),
	lost: fc.constantFrom(undefined, undefined, '', '-wal'),
	isByHand: fc.constantFrom(false, false, true),
}), {maxLength: 12, selector: ({minute}) => minute}).map(all => all.map(({minute, lost, parts, ...rest}, index) => ({
	...rest, parts, left: parts.filter(part => part !== lost), name: `backup-${index}`, at: new Date(now.getTime() - (minute * 60_000)).toISOString().replace('.000Z', 'Z'),
})));

const cases: fc.Arbitrary<Case> = fc.record({
	points, max: fc.integer({min: 1, max: 6}), recovery: fc.option(fc.nat({max: 11}), {nil: undefined}), order: fc.nat(),
});

const planOf = ({points: all, max, recovery}: Omit<Case, 'order'>): SnapshotPlan => {
	const {backups, snapshots} = madeUp(all);
	return planSweep({nooBaa: nooBaaOf(max, recovery === undefined ? undefined : `backup-${recovery}`), sets: scheduledSets(clusterName, backups, snapshots), clusters: []}, now);
};

const isUsable = ({phase, isReady, parts, left}: Point): boolean => phase === 'completed' && isReady === true && left!.length === parts!.length;
const isOfSchedule = ({phase, isByHand}: Point): boolean => phase === 'completed' && !isByHand;
const goingOf = (given: Omit<Case, 'order'>): ReadonlySet<string> => new Set(planOf(given).going.map(({backup}) => backup.metadata.name));
const namesOf = (all: readonly Point[]): string => all.map(({name}) => name).join(' ');
const without = (given: Case, gone: ReadonlySet<string>): Case => ({...given, points: given.points.filter(({name}) => !gone.has(name))});
/** The newest first. */
const usableOfSchedule = ({points: all}: Case): readonly Point[] => all.filter(point => isOfSchedule(point) && isUsable(point)).toSorted((one, other) => other.at.localeCompare(one.at));

declareLaws(test, {
	cases,
	numRuns: Number(process.env['RETENTION_HISTORIES'] ?? 2000),
	laws: [
		{
			title: 'the newest usable backup of the schedule stays',
			holds(given) {
				const [newest] = usableOfSchedule(given);
				return newest === undefined || !goingOf(given).has(newest.name);
			},
		},
		{
			title: 'of the usable ones the maxSnapshots newest stay, the one that dbRecovery names, and no other',
			holds(given) {
				const usable = usableOfSchedule(given);
				const wanted = usable.filter(({name}, index) => index < given.max || name === `backup-${given.recovery}`);
				return namesOf(usable.filter(({name}) => !goingOf(given).has(name))) === namesOf(wanted);
			},
		},
		{
			title: 'what a person took, and what did not complete, never goes',
			holds: given => given.points.filter(point => !isOfSchedule(point)).every(({name}) => !goingOf(given).has(name)),
		},
		{
			title: 'what dbRecovery names never goes',
			holds(given) {
				const named = given.points.find(({name}) => name === `backup-${given.recovery}`);
				return !named?.left?.includes('') || !goingOf(given).has(named.name);
			},
		},
		{
			title: 'what cannot be restored from changes nothing for the rest',
			holds(given) {
				const usable = given.points.filter(point => isUsable(point));
				const going = goingOf(given);
				const alone = goingOf({...given, points: usable});
				return usable.every(({name}) => going.has(name) === alone.has(name));
			},
		},
		{
			title: 'the order of the listing does not matter',
			holds(given) {
				const cut = given.order % Math.max(given.points.length, 1);
				const shuffled = [...given.points.slice(cut).toReversed(), ...given.points.slice(0, cut)];
				return goingOf(given).symmetricDifference(goingOf({...given, points: shuffled})).size === 0;
			},
		},
		{
			title: 'once it is carried out nothing more goes',
			holds: given => goingOf(without(given, goingOf(given))).size === 0,
		},
		{
			title: 'a larger maxSnapshots lets nothing go that stayed',
			holds: given => [...goingOf({...given, max: given.max + 1})].every(name => goingOf(given).has(name)),
		},
	],
});

test('without dbBackup nothing goes', t => {
	const {backups, snapshots} = madeUp([1, 2, 3].map(number => ({name: `backup-${number}`, at: `2026-01-0${number}T00:00:00Z`})));
	const {going, kept} = planSweep({nooBaa: {...nooBaaOf(1), spec: {dbSpec: {}}}, sets: scheduledSets(clusterName, backups, snapshots), clusters: []}, now);
	t.deepEqual(going, []);
	t.is(kept, 3);
});

test('a half of a backup whose deletion broke off is kept no longer than the whole would have been', t => {
	const {backups, snapshots} = madeUp([
		{
			name: 'half', at: '2026-01-01T00:00:00Z', parts: ['', '-wal'], left: ['-wal'],
		},
		{name: 'new', at: '2026-01-02T00:00:00Z'},
	]);
	const {going} = planSweep({nooBaa: nooBaaOf(1), sets: scheduledSets(clusterName, backups, snapshots), clusters: []}, now);
	t.deepEqual(going.map(({backup, reason}) => [backup.metadata.name, reason]), [['half', 'expires: its file is missing, and not among the 1 newest of noobaa-db-pg-cluster']]);
});
