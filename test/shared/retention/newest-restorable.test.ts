import test from 'ava';
import {artifact, at, manifest} from '../catalogue/history.ts';
import {liveArtifacts} from '#shared/catalogue/artifacts.ts';
import {buildChains} from '#shared/catalogue/chains.ts';
import {type ManifestArtifact} from '#shared/catalogue/manifest.ts';
import {newestRestorable} from '#shared/retention/newest-restorable.ts';

/** The ids of the chains that stay, of runs each of which wrote these. */
const staying = (...runs: ReadonlyArray<readonly [day: number, artifacts: readonly ManifestArtifact[]]>): readonly string[] => {
	const {artifacts} = liveArtifacts(runs.map(([day, written]) => ({manifest: manifest(day, written)})), {quarantined: new Set(), archived: new Set()});
	// Whatever the order they are looked at in.
	const chains = buildChains(artifacts);
	const [some, others] = [chains, chains.toReversed()].map(order => [...newestRestorable(order, at(40))].toSorted());
	if (some!.join(' ') !== others!.join(' ')) {
		throw new Error(`${some!.join(' ')} in one order, ${others!.join(' ')} in the other`);
	}

	return some!;
};

test('of two chains that end at one instant the one that started later stays', t => {
	const old = artifact(1);
	const end = artifact(5, {full: false, lowestTx: 11, highestTx: 20});
	const fresh = artifact(5 + (1 / 86_400), {timeline: '1'});
	t.deepEqual(staying([1, [old]], [5, [end, fresh]]), [fresh.name]);
});

test('of two chains of one instant the same one stays, whatever order they come in', t => {
	const one = artifact(5);
	const other = artifact(5 + (1 / 86_400), {timeline: '1'});
	t.deepEqual(staying([5, [one, other]]), [other.name]);
});

test('of each database one stays, also where two have one id', t => {
	const one = artifact(1, {database: 'a', databaseID: 'same'});
	const other = artifact(2, {database: 'b', databaseID: 'same'});
	t.deepEqual(staying([1, [one]], [2, [other]]), [one.name, other.name]);
});
