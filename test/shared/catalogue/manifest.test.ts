import test from 'ava';
import {CatalogueError} from '#shared/catalogue/catalogue-error.ts';
import {parseArtifactName, parseManifest, type RunManifest} from '#shared/catalogue/manifest.ts';

const manifest: RunManifest = {
	version: 1,
	runID: '20260101000000-0123abcd',
	trigger: 'schedule',
	scheduledTime: '2026-01-01T00:00:00Z',
	startedAt: '2026-01-01T00:00:03Z',
	completedAt: '2026-01-01T00:01:00Z',
	attempt: 0,
	owner: {cluster: 'cluster-uid', namespace: 'neo4j', name: 'daily'},
	target: {
		uid: 'target-uid', kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'production', version: '2026.02.0',
	},
	type: 'FULL',
	requested: ['my-db.v1'],
	missing: [],
	artifacts: [{
		name: 'my-db.v1-2026-01-01T00-00-05.backup',
		database: 'my-db.v1',
		databaseID: 'id-1',
		timeline: '0',
		size: 12,
		time: '2026-01-01T00:00:05Z',
		full: true,
		compressed: true,
		lowestTx: 1,
		highestTx: 10,
		verification: 'notRequested',
	}],
};
const artifact = manifest.artifacts[0]!;

test('a manifest is read as it was written', t => {
	t.deepEqual(parseManifest(manifest.runID, JSON.stringify(manifest)), manifest);
});

const refused = test.macro((t, content: unknown, problem: RegExp) => {
	const body = typeof content === 'string' ? content : JSON.stringify(content);
	const error = t.throws(() => parseManifest(manifest.runID, body), {instanceOf: CatalogueError, message: problem});
	t.is(error.key, `.neo4j-backup/runs/${manifest.runID}.json`);
	t.regex(error.message, /othing is deleted/v);
});

test('a manifest that is cut off is refused', refused, JSON.stringify(manifest).slice(0, -20), /cut off or not JSON/v);
test('an empty manifest is refused', refused, '', /cut off or not JSON/v);
test('a manifest that is a list is refused', refused, [], /the content is not an object/v);
test('a manifest of a newer version is refused and asks for an update', refused, {...manifest, version: 2}, /Update the installation/v);
test('a manifest without a version is refused', refused, {...manifest, version: undefined}, /version/v);
test('a manifest that names another run than its file is refused', refused, {...manifest, runID: '20260101000000-ffffffff'}, /another run/v);
test('a manifest whose artifact lies elsewhere is refused', refused, withArtifact({name: '../other/my-db.v1-2026-01-01T00-00-05.backup'}), /no artifact of database/v);
test('a manifest whose artifact is a catalogue file is refused', refused, withArtifact({name: '.neo4j-backup/owner.json'}), /no artifact of database/v);
test('a manifest whose artifact belongs to another database is refused', refused, withArtifact({database: 'my-db'}), /no artifact of database my-db/v);
test('a manifest with a negative size is refused', refused, withArtifact({size: -1}), /artifacts\[0\] has no field size/v);
test('a manifest with half a transaction is refused', refused, withArtifact({lowestTx: 1.5}), /lowestTx/v);
test('a manifest whose transactions run backwards is refused', refused, withArtifact({lowestTx: 11}), /from 11 back to 10/v);
test('a manifest without a time zone is refused', refused, withArtifact({time: '2026-01-01T00:00:05'}), /time that is an RFC 3339 instant/v);
test('a manifest that names an artifact twice is refused', refused, {...manifest, artifacts: [artifact, artifact]}, /twice/v);
test('a manifest without an owner is refused', refused, {...manifest, owner: undefined}, /owner is not an object/v);

const encrypted = {name: `${artifact.name}.age`, encryption: {algorithm: 'ChaCha20', keys: ['sha256:0123456789abcdef']}} as const;

test('an encrypted artifact is read as it was written', t => {
	const content = withArtifact(encrypted);
	t.deepEqual(parseManifest(manifest.runID, JSON.stringify(content)), content);
});

test('a manifest whose artifact is named as encrypted and is not said to be is refused', refused, withArtifact({name: encrypted.name}), /says that it is not encrypted/v);
test('a manifest whose artifact is said to be encrypted and is not named so is refused', refused, withArtifact({encryption: encrypted.encryption}), /says that it is encrypted with ChaCha20/v);
test('a manifest whose artifact is encrypted in an unknown way is refused', refused, withArtifact({...encrypted, encryption: {algorithm: 'ROT13', keys: []}}), /algorithm that is one of AES256, ChaCha20/v);

test('the database in a file name is read from the right', t => {
	t.deepEqual(parseArtifactName('foo-bar.x-2026-01-01T00-00-05.backup'), {database: 'foo-bar.x', stamp: '2026-01-01T00-00-05'});
	t.deepEqual(parseArtifactName('foo-2026-01-01T00-00-05.backup.aws-esdk'), {database: 'foo', stamp: '2026-01-01T00-00-05'});
	t.is(parseArtifactName('foo-2026-01-01T00-00-05.backup.gpg'), undefined);
	t.is(parseArtifactName('foo-2026-01-01.backup'), undefined);
	t.is(parseArtifactName('archive/foo-2026-01-01T00-00-05.backup'), undefined);
});

function withArtifact(change: Readonly<Record<string, unknown>>) {
	return {...manifest, artifacts: [{...artifact, ...change}]};
}
