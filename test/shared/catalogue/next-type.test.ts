import test from 'ava';
import {
	artifact, at, day, manifest,
} from './history.ts';
import {liveArtifacts} from '#shared/catalogue/artifacts.ts';
import {type ManifestArtifact, type RunManifest} from '#shared/catalogue/manifest.ts';
import {nextBackupType, type NextTypeInput} from '#shared/catalogue/next-type.ts';

type Given = {
	readonly taken?: readonly ManifestArtifact[];
	readonly run?: Partial<RunManifest>;
	readonly wanted?: NextTypeInput['wanted'];
	readonly policy?: Partial<NextTypeInput['policy']>;
	readonly now?: number;
	readonly quarantined?: readonly string[];
	readonly trigger?: RunManifest['trigger'];
};

const full = (days: number, change: Partial<ManifestArtifact> = {}) => artifact(days, change);
const diff = (days: number, lowestTx: number, change: Partial<ManifestArtifact> = {}) => artifact(days, {
	full: false, lowestTx, highestTx: lowestTx + 9, ...change,
});
const chain = [full(1), diff(2, 11), diff(3, 21)];

const says = test.macro((t, {taken = chain, run, wanted = 'AUTO', policy, now = 4, quarantined = [], trigger = 'schedule'}: Given, expected: 'FULL' | 'AUTO' | undefined) => {
	const runs = taken.map((one, index) => ({manifest: manifest(index + 1, [one], {trigger})}));
	const {artifacts} = liveArtifacts(runs, {quarantined: new Set(quarantined), archived: new Set()});
	t.is(nextBackupType({
		catalogue: {artifacts}, wanted, now: at(now), policy: {maxChainLength: 100, ...policy}, run: manifest(3, [], {requested: ['neo4j'], type: wanted, ...run}),
	}), expected);
});

test('a chain within its policy goes on', says, {}, undefined);
test('runs that are all FULL need nothing', says, {wanted: 'FULL', policy: {maxCount: 1}}, undefined);
test('a chain of maxCount members goes on', says, {policy: {maxCount: 3}}, undefined);
test('a chain of more than maxCount members is closed', says, {policy: {maxCount: 2}}, 'FULL');
test('a chain of maxChainLength members is closed', says, {policy: {maxChainLength: 3}}, 'FULL');
test('a chain whose FULL is older than maxAge is closed', says, {policy: {maxAgeMs: 2 * day}}, 'FULL');
test('a chain whose FULL is not older than maxAge goes on', says, {policy: {maxAgeMs: 3 * day}}, undefined);
test('a directory without any chain needs a FULL', says, {taken: []}, 'FULL');
test('nothing builds on an encrypted FULL', says, {taken: [full(1), full(2, {encryption: {algorithm: 'AES256', keys: []}})], run: {type: 'FULL'}}, 'FULL');
test('also after a FULL that failed', says, {taken: [], run: {type: 'FULL', missing: ['neo4j']}}, 'FULL');
test('a chain that cannot be gone on with is closed', says, {taken: [...chain, diff(3.5, 51)]}, 'FULL');
test('a failed one at its end that still lies there closes a chain, because neo4j-admin would build on it', says, {taken: [full(1), diff(2, 11, {verification: 'failed'})]}, 'FULL');
test('one in quarantine does not', says, {taken: [full(1), diff(2, 11, {verification: 'failed'})], quarantined: [diff(2, 11).name]}, undefined);
test('after a run that left a damaged one a FULL comes, also when that was a FULL', says, {run: {type: 'FULL', artifacts: [full(3, {verification: 'failed'})]}}, 'FULL');
test('a chain that was rebuilt from its headers is closed', says, {trigger: 'rebuilt'}, 'FULL');
test('an empty differential backup at its end does not close a chain', says, {taken: [...chain, diff(3.5, 0, {highestTx: 0})]}, undefined);
test('after a rollover FULL that failed the type of the CR comes first', says, {policy: {maxCount: 2}, run: {type: 'FULL', missing: ['neo4j']}}, undefined);
test('and the FULL again after that', says, {policy: {maxCount: 2}, run: {type: 'AUTO'}}, 'FULL');
test('after a rollover FULL that succeeded the new chain counts', says, {taken: [...chain, full(3.5)], policy: {maxCount: 2}, run: {type: 'FULL'}}, undefined);
test('a database that could not take a DIFF is repaired by AUTO', says, {wanted: 'DIFF', run: {requested: ['neo4j', 'new'], missing: ['new']}}, 'AUTO');
test('so is one whose chain there is, when its transaction logs were pruned', says, {wanted: 'DIFF', run: {missing: ['neo4j']}}, 'AUTO');
test('the repair is not repeated for a database that AUTO could not take either', says, {run: {type: 'AUTO', missing: ['neo4j']}}, undefined);
test('a database that is not asked for does not count', says, {taken: [...chain, full(1, {database: 'other'})], policy: {maxCount: 3}, run: {requested: ['neo4j']}}, undefined);
test('chains of an earlier target do not count', says, {
	run: {
		target: {
			uid: 'another', kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'production',
		},
	},
}, 'FULL');
