import anyTest, {type TestFn} from 'ava';
import {until} from '../e2e/until.ts';
import {
	startCrdServer, type CrdServer, type Json, type Manifest,
} from './api-server.ts';
import {backup} from './backup-refusals.ts';
import {accepts, patched, refuses} from './refusal.ts';
import {restore} from './restore-refusals.ts';

const test = anyTest as TestFn<CrdServer>;

test.before(async t => {
	t.context = await startCrdServer();
});

test.after.always(async t => {
	await t.context.close();
});

const earlier = 'test/crds/earlier/neo4jbackups.yaml';

/** The path of each CRD, a manifest of its kind, and what the status of one that has been at work says. */
const kinds = [
	{
		file: 'crds/neo4jbackups.yaml', manifest: backup, status: {
			phase: 'Scheduled', observedGeneration: 1, lastScheduleTime: '2026-11-20T02:00:00Z', history: [{
				runID: '20261120020000-abcdef', status: 'Succeeded', trigger: 'schedule', startTime: '2026-11-20T02:00:01Z', completionTime: '2026-11-20T02:01:00Z', backupType: 'FULL', artifactCount: 1,
			}],
		},
	},
	{file: 'crds/neo4jrestores.yaml', manifest: restore, status: {phase: 'Running', step: 'RestoreJob'}},
] as const;

const named = (manifest: Manifest, name: string): Manifest => ({...manifest, metadata: {name, namespace: 'neo4j'}});

/** An object that has been at work. */
const store = async ({create, writeStatus}: CrdServer, manifest: Manifest, status: Json): Promise<Manifest> => {
	const {object} = await create(manifest);
	const {code, message, object: stored} = await writeStatus(object, status);
	if (code !== 200) {
		throw new Error(message);
	}

	return stored;
};

for (const {file, manifest, status} of kinds) {
	test.serial(`the CRD of ${manifest.kind} applied over itself changes neither it nor an object`, async t => {
		const stored = await store(t.context, named(manifest, 'in-place'), status);
		const {object: first} = await t.context.applyDefinition(file);
		const again = await accepts(t, t.context.applyDefinition(file));
		t.is(again.metadata['generation'], first.metadata['generation']);
		t.like(again, {status: {storedVersions: [manifest.apiVersion.split('/')[1]]}});
		const {object} = await t.context.read(stored);
		t.deepEqual(object, stored);
	});
}

/** A field that the earlier CRD does not have. */
const withNewField = patched(named(backup, 'new-field'), {storage: {cloud: {caBundleSecretRef: 's3-authority'}}});

/** A server works by a new definition some moments after it took it. */
const knowsNewField = async ({tryCreate}: CrdServer, isKnown: boolean): Promise<void> => until(async () => {
	const {code} = await tryCreate(withNewField);
	return (code === 201) === isKnown;
}, isKnown ? 'the current CRD' : 'the earlier CRD');

test.serial('the CRD of Neo4jBackup applied over an earlier one leaves every object as it was, and takes the new fields and the old edits from then on', async t => {
	const {applyDefinition, read, tryEdit, writeStatus} = t.context;
	await accepts(t, applyDefinition(earlier));
	await knowsNewField(t.context, false);
	const [{manifest, status, file}] = kinds;
	const stored = await store(t.context, named(manifest, 'of-then'), status);

	await accepts(t, applyDefinition(file));
	await knowsNewField(t.context, true);
	const {object} = await read(stored);
	t.deepEqual(object, stored);
	await accepts(t, tryEdit(stored, {suspend: true}));
	await accepts(t, tryEdit(stored, {storage: {cloud: {caBundleSecretRef: 's3-authority'}}}));
	await refuses(t, tryEdit(stored, {storage: {bucket: 'other-bucket'}}), 'spec.storage.bucket', 'cannot be changed');
	const {status: written} = await accepts(t, writeStatus(stored, {retention: {lastExpiredTime: '2026-11-20T02:02:00Z'}}));
	t.like(written, {...status, retention: {lastExpiredTime: '2026-11-20T02:02:00Z'}});
});
