import test from 'ava';
import {artifact, at, manifest} from '../catalogue/history.ts';
import {liveArtifacts} from '#shared/catalogue/artifacts.ts';
import {buildChains} from '#shared/catalogue/chains.ts';
import {confirmDatabase} from '#shared/retention/confirm.ts';
import {nextMarks} from '#shared/retention/marks.ts';
import {plan} from '#shared/retention/plan.ts';
import {parsePolicy} from '#shared/retention/policy.ts';

const days = [1, 2, 3, 4];
const chain = days.map(day => artifact(day, day === 1 ? {} : {full: false, lowestTx: (day * 10) - 9, highestTx: day * 10}));
const {artifacts} = liveArtifacts(chain.map((one, index) => ({manifest: manifest(index + 1, [one])})), {quarantined: new Set(), archived: new Set()});

/** What is wrong with a listing that shows only these days, while the whole chain is about to go. */
const absent = (shown: readonly number[]): readonly number[] => {
	const listed = new Map(shown.map(day => [artifact(day).name, {key: artifact(day).name, size: 100, modified: at(day)}]));
	const contradictions = confirmDatabase({
		database: 'neo4j', artifacts, listed, due: [artifacts], deleted: new Set(),
	});
	return days.filter(day => contradictions.absent.includes(artifact(day).name));
};

test('the end of a chain that is about to go may be absent: a sweep was cut off there', t => {
	t.deepEqual(absent([1, 2, 3, 4]), []);
	t.deepEqual(absent([1, 2]), []);
	t.deepEqual(absent([]), []);
});

test('its beginning or its middle may not: that was not a sweep', t => {
	t.deepEqual(absent([2, 3, 4]), [1]);
	t.deepEqual(absent([1, 4]), [2, 3]);
	t.deepEqual(absent([4]), [1, 2, 3]);
});

test('a mark dated in the future starts anew, another keeps its time', t => {
	const verdicts = plan({
		chains: buildChains(liveArtifacts([1, 2, 3].map(day => ({manifest: manifest(day, [artifact(day)])})), {quarantined: new Set(), archived: new Set()}).artifacts),
		policy: parsePolicy({maxCount: 1}),
		now: at(10),
		pins: [],
	});
	const marks = [{name: artifact(1).name, since: at(50).toISOString(), reason: 'r'}, {name: artifact(2).name, since: at(9).toISOString(), reason: 'r'}];
	t.deepEqual(nextMarks(verdicts, marks, at(10)).map(({since}) => since), [at(10).toISOString(), at(9).toISOString()]);
});
