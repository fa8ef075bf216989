import test from 'ava';
import {artifact, manifest} from '../../shared/catalogue/history.ts';
import {runSpec} from '../run-spec.ts';
import {planChecks, type CheckPlan} from '#jobs/gather/plan-checks.ts';
import {type ManifestArtifact} from '#shared/catalogue/manifest.ts';
import {liveArtifacts} from '#shared/catalogue/artifacts.ts';
import {type CatalogueListing} from '#shared/catalogue/listing.ts';
import {noMarks} from '#shared/catalogue/part.ts';
import {type InspectedArtifact} from '#shared/neo4j/inspect-output.ts';

const spec = runSpec({
	databases: ['neo4j'], type: 'AUTO', timeline: '0', verify: true,
});

const headerOf = ({name, ...rest}: ManifestArtifact, recovered?: boolean): InspectedArtifact => ({file: `s3://bucket/daily/${name}`, ...rest, ...(recovered !== undefined && {recovered})});

const full = artifact(1);
const first = artifact(2, {full: false, lowestTx: 11, highestTx: 20});
const second = artifact(3, {full: false, lowestTx: 21, highestTx: 30});
const empty = artifact(3, {full: false, lowestTx: 0, highestTx: 0});

type Given = {
	readonly taken: readonly ManifestArtifact[];
	readonly fresh: readonly InspectedArtifact[];
	readonly quarantined?: readonly string[];
	readonly skipRecovery?: boolean;
	readonly older?: readonly string[];
};

const plan = ({
	taken, fresh, quarantined = [], skipRecovery = false, older = [],
}: Given): CheckPlan => {
	const listing = {quarantined: new Set(quarantined), archived: new Set()} as unknown as CatalogueListing;
	const {artifacts} = liveArtifacts(taken.map((one, index) => ({manifest: manifest(index + 1, [one])})), listing);
	return planChecks(fresh, {
		spec: {...spec, skipRecovery},
		catalogue: {artifacts, marks: noMarks, listing},
		record: {attempt: 1, startedAt: spec.startedAt, unfinished: []},
		finished: fresh.map(({file}) => file.split('/').at(-1)!),
		older: new Set(older),
	});
};

const says = test.macro((t, given: Given, expected: ReadonlyArray<readonly [step: string, target: string, members: readonly string[]]>) => {
	const {checks, hopeless} = plan(given);
	t.deepEqual(checks.map(({step, target, members}) => [step, target, members]), expected);
	t.is(hopeless.length, given.fresh.length - expected.length);
});

const {name: fullName} = full;
const {name: firstName} = first;

test('a FULL is checked as it is', says, {taken: [], fresh: [headerOf(artifact(3), true)]}, [['check', artifact(3).name, [artifact(3).name]]]);
test('before 2025.06, where headers do not tell, too', says, {taken: [], fresh: [headerOf(artifact(3))]}, [['check', artifact(3).name, [artifact(3).name]]]);
test('one that was left unrecovered is aggregated first', says, {taken: [], fresh: [headerOf(artifact(3), false)]}, [['aggregate', artifact(3).name, [artifact(3).name]]]);
test('a DIFF is aggregated with all that it builds on', says, {taken: [full, first], fresh: [headerOf(second, false)]}, [['aggregate', second.name, [fullName, firstName, second.name]]]);
test('an earlier branch of the chain is left out', says, {taken: [full, artifact(1.5, {full: false, lowestTx: 11, highestTx: 15}), first], fresh: [headerOf(second, false)]}, [['aggregate', second.name, [fullName, firstName, second.name]]]);
test('an empty DIFF is checked as what it confirms', says, {taken: [full, first], fresh: [headerOf(empty, false)]}, [['aggregate', firstName, [fullName, firstName]]]);
test('be that a FULL', says, {taken: [full], fresh: [headerOf(empty, false)]}, [['check', fullName, [fullName]]]);
test('or an unrecovered one', says, {taken: [full], fresh: [headerOf(empty, false)], skipRecovery: true}, [['aggregate', fullName, [fullName]]]);
test('a DIFF without its FULL cannot be checked', says, {taken: [first], fresh: [headerOf(second, false)]}, []);
test('nor can one on a parent in quarantine', says, {taken: [full, {...first, verification: 'failed'}], quarantined: [firstName], fresh: [headerOf(second, false)]}, []);
test('another database of a similar name is another chain', says, {
	taken: [artifact(1, {database: 'foo'}), artifact(1, {database: 'foo-bar'})], fresh: [headerOf(artifact(3, {
		database: 'foo', full: false, lowestTx: 11, highestTx: 20,
	}), false)],
}, [['aggregate', artifact(3, {database: 'foo'}).name, [artifact(1, {database: 'foo'}).name, artifact(3, {database: 'foo'}).name]]]);

test('artifacts of a lost catalogue are built on and not checked, however many there are', t => {
	const {checks, hopeless} = plan({taken: [], fresh: [headerOf(full, true), headerOf(first)], older: [fullName]});
	t.deepEqual(checks.map(({artifact: name, members}) => [name, members]), [[firstName, [fullName, firstName]]]);
	t.deepEqual(hopeless, []);
});
