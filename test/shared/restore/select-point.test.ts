import test, {type ExecutionContext} from 'ava';
import {artifact, at} from '../catalogue/history.ts';
import {type CatalogueArtifact} from '#shared/catalogue/artifacts.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {selectPoint, type WantedPoint} from '#shared/restore/select-point.ts';

const known = (days: number, change: Partial<CatalogueArtifact> = {}): CatalogueArtifact => {
	const plain = artifact(days, change);
	return {
		...plain, runID: `run-${days}`, targetUID: 'target-1', targetVersion: '2025.12.0', takenAt: plain.time, orderTime: plain.time, state: 'present', ...change,
	};
};

const diff = (days: number, change: Partial<CatalogueArtifact> = {}): CatalogueArtifact => known(days, {
	full: false, lowestTx: (days * 10) + 1, highestTx: (days + 1) * 10, ...change,
});
const full = (days: number, change: Partial<CatalogueArtifact> = {}): CatalogueArtifact => known(days, {highestTx: (days + 1) * 10, ...change});
const empty = (days: number): CatalogueArtifact => known(days, {full: false, lowestTx: 0, highestTx: 0});

const select = (artifacts: readonly CatalogueArtifact[], wanted?: WantedPoint) => selectPoint({
	database: 'neo4j', artifacts, wanted: wanted ?? {kind: 'newest'}, now: at(50),
});

const days = (artifacts: ReadonlyArray<{readonly name: string}>): readonly string[] => artifacts.map(({name}) => name.slice('neo4j-2026-01-'.length, 'neo4j-2026-01-'.length + 2));

const refusal = (t: ExecutionContext, artifacts: readonly CatalogueArtifact[], wanted?: WantedPoint): string =>
	t.throws(() => select(artifacts, wanted), {instanceOf: ConfigurationError}).message;

const chain = [full(1), diff(2), diff(3), empty(4), full(5), diff(6)];

test('the newest is taken with what it builds on', t => {
	t.deepEqual(days(select(chain).members), ['06', '07']);
});

test('before an instant the newest prefix is taken that was there then, to the second', t => {
	t.deepEqual(days(select(chain, {kind: 'before', instant: at(3)}).members), ['02', '03', '04']);
	t.deepEqual(days(select(chain, {kind: 'before', instant: new Date(at(3).getTime() - 1)}).members), ['02', '03']);
	t.regex(refusal(t, chain, {kind: 'before', instant: at(0.5)}), /^neo4j: no backup that can be restored was taken at 2026-01-01T12:00:00\.000Z or before; there are 5 others, from neo4j-2026-01-02\S+, taken \S+, to neo4j-2026-01-07/v);
});

test('a run that found nothing new stands for the state that it confirmed', t => {
	t.deepEqual(days(select(chain, {kind: 'run', runID: 'run-4'}).members), ['02', '03', '04']);
	t.deepEqual(days(select(chain, {kind: 'run', runID: 'run-2'}).members), ['02', '03']);
	t.regex(refusal(t, chain, {kind: 'run', runID: 'run-9'}), /there is no artifact of run run-9; there are 5 others/v);
});

test('a point in time is cut out of the first backup that was taken then or later, and an empty one lets the one before it do', t => {
	const containing = (day: number) => days(select(chain, {kind: 'containing', instant: at(day)}).members);
	t.deepEqual(containing(1), ['02'], 'a full backup holds the instant that it was taken');
	t.deepEqual(containing(1.5), ['02', '03']);
	t.deepEqual(containing(2), ['02', '03']);
	t.deepEqual(containing(3.5), ['02', '03', '04']);
	t.deepEqual(containing(5.5), ['06', '07']);
	t.deepEqual(select(chain, {kind: 'containing', instant: at(1.5)}).passedOver, []);
});

test('a point in time that no chain contains is refused with what is covered', t => {
	const refused = (day: number, name?: string) => refusal(t, chain, {kind: 'containing', instant: at(day), ...(name !== undefined && {name})});
	const all = 'the backups cover 2026-01-02T00:00:00.000Z to 2026-01-07T00:00:00.000Z';
	for (const day of [0.5, 6.5]) {
		t.is(refused(day), `neo4j: no backup that can be restored contains the point in time ${at(day).toISOString()}; ${all}: choose a point of it, or leave pointInTime out`);
	}

	t.is(refused(4.5), `neo4j: no backup that can be restored contains the point in time 2026-01-05T12:00:00.000Z; ${all}, but nothing between 2026-01-05T00:00:00.000Z and 2026-01-06T00:00:00.000Z, because a full backup began a new chain there: choose another point, or leave pointInTime out and name ${chain[2]!.name} or ${chain[4]!.name} in backupPath`);
	t.is(refused(5.5, chain[2]!.name), `neo4j: no backup in ${chain[2]!.name} contains the point in time 2026-01-06T12:00:00.000Z; the backups cover 2026-01-02T00:00:00.000Z to 2026-01-05T00:00:00.000Z: choose a point of it, or leave pointInTime out`);
	t.regex(refused(5.5, 'neo4j-2020-01-01T00-00-00.backup'), /there is no artifact neo4j-2020-01-01T00-00-00\.backup; there are 5 others/v);
	t.regex(refusal(t, [full(1, {verification: 'failed'})], {kind: 'containing', instant: at(1)}), /^neo4j: no backup that can be restored contains the point in time \S+$/v);
});

test('an artifact is named as it lies in the store, or as it is called once it is decrypted', t => {
	const name = 'neo4j-2026-01-02T00-00-00.backup';
	const encrypted = full(1, {name: `${name}.age`, encryption: {algorithm: 'ChaCha20', keys: []}});
	t.is(select([encrypted], {kind: 'artifact', name}).point.name, `${name}.age`);
	t.is(select([encrypted], {kind: 'artifact', name: `${name}.age`}).point.name, `${name}.age`);
});

test('a failed verification in the middle cuts the chain: the prefix before it is taken, and what is newer is told', t => {
	const {members, passedOver} = select([full(1), diff(2), diff(3, {verification: 'failed', state: 'quarantined'}), diff(4)]);
	t.deepEqual(days(members), ['02', '03']);
	t.deepEqual(passedOver.map(({reason}) => reason), ['its verification failed', 'what it builds on cannot be restored']);
	t.regex(refusal(t, [full(1), diff(2, {verification: 'failed'})], {kind: 'run', runID: 'run-2'}), /neo4j-2026-01-03T00-00-00\.backup cannot be restored: its verification failed; what can be is neo4j-2026-01-02/v);
});

test('what was never verified is as good as what passed', t => {
	t.is(select([full(1, {verification: 'passed'}), full(2)]).point.name, full(2).name);
});

test('what is missing, and what is dated in the future, is passed over and told', t => {
	const {point, passedOver} = select([full(1), full(2, {state: 'missing'}), full(3, {takenAt: at(60).toISOString()})]);
	t.is(point.name, full(1).name);
	t.deepEqual(passedOver.map(({reason}) => reason), ['its file is missing', 'it is dated in the future (2026-03-02T00:00:00.000Z), so that its clock cannot be trusted']);
});

test('what is archived is selected when it is what was asked for, and nothing older is taken in its place', t => {
	const artifacts = [full(1), full(2, {state: 'archived'}), diff(3, {state: 'archived'})];
	t.deepEqual(select(artifacts).members.map(({state}) => state), ['archived', 'archived']);
	t.is(select(artifacts, {kind: 'before', instant: at(1.5)}).point.name, full(1).name);
	t.regex(refusal(t, [full(1, {state: 'missing'}), diff(2, {state: 'archived'})], {kind: 'run', runID: 'run-2'}), /what it builds on cannot be restored$/v);
});

test('an archived FULL in between does not change what a differential backup builds on', t => {
	t.deepEqual(days(select([full(1), full(2, {state: 'archived', highestTx: 25}), diff(3, {lowestTx: 21})]).members), ['02', '04']);
});

test('the archive of Google Cloud Storage is read at once', t => {
	t.is(select([full(1, {state: 'archivedInPlace'})]).point.name, full(1).name);
});

test('a database made again under its old name is not joined to the one before', t => {
	t.deepEqual(days(select([full(1), full(2, {databaseID: 'other'}), diff(3, {databaseID: 'other'})]).members), ['03', '04']);
});

test('where nothing can be restored, the refusal says so', t => {
	t.is(refusal(t, [diff(2)]), 'neo4j: none of its backups can be restored');
});
