import test from 'ava';
import {effectiveType} from '../../../functions/launch-backup/effective-type.ts';
import {artifact, at} from '../catalogue/history.ts';
import {createWorld} from './world.ts';
import {nextBackupType} from '#shared/catalogue/next-type.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {present} from '#shared/present.ts';

const target = {uid: 'target-1', version: '2026.02.0'};
const policy = {maxCount: 12, maxChainLength: 100};

/** A run as neo4j-admin does it in AUTO: a FULL when there is none to build on, or it is asked for one; else a DIFF that joins. Days are the transactions too. */
const runs = async (count: number) => {
	const world = await createWorld();
	const files: Array<readonly string[]> = [];
	const fulls: number[] = [];
	let next: 'FULL' | 'AUTO' | undefined;
	for (let day = 1; day <= count; day++) {
		const {type} = effectiveType({wanted: 'AUTO', status: {...present({nextBackupType: next})}, target});
		const full = type === 'FULL' || day === 1;
		if (full) {
			fulls.push(day);
		}

		await world.run(day, [artifact(day, {full, lowestTx: full ? 1 : day, highestTx: day})], {type});
		const catalogue = await readCatalogue(world.open());
		next = nextBackupType({
			catalogue, policy, run: world.written.at(-1)!, wanted: 'AUTO', now: at(day),
		});
		await world.sweep({maxCount: 12});
		files.push(world.files());
	}

	return {files, fulls, names: world.written.flatMap(({artifacts}) => artifacts.map(({name}) => name))};
};

test('[B-102] of 60 AUTO runs with maxCount 12 the old ones go, chain by chain: the 12 newest are always there, and never more than two chains and the one that is leaving', async t => {
	const {files, fulls, names} = await runs(60);
	t.deepEqual(fulls, [1, 14, 27, 40, 53], 'a chain is closed once it has more than 12 members');
	for (const [index, there] of files.entries()) {
		const day = index + 1;
		t.deepEqual(names.slice(0, day).slice(-12).filter(name => !there.includes(name)), [], `the 12 newest on day ${day}`);
		t.true(there.length <= 27, `${there.length} on day ${day}`);
	}

	const [oldest] = files.at(-1)!;
	t.is(oldest, names[39], 'three chains are gone as a whole, and the fourth is where the 12 newest begin');
	t.deepEqual(files.at(-1), names.slice(39).toSorted());
});
