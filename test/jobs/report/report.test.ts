import {Buffer} from 'node:buffer';
import {
	mkdir, mkdtemp, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {at, owner, stampOf} from '../../shared/catalogue/history.ts';
import {createMemoryStore, type MemoryStore} from '../../shared/catalogue/memory-store.ts';
import {runSpec} from '../run-spec.ts';
import {report} from '#jobs/report/report.ts';
import {runFolder} from '#jobs/run-folder.ts';
import {openRebuild} from '#shared/catalogue/attempt.ts';
import {claimDirectory} from '#shared/catalogue/owner.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {runFiles} from '#shared/runs/run-spec.ts';
import {decodeSummary, encodeSummary} from '#shared/runs/summary.ts';

const spec = (databases: readonly string[]) => runSpec({
	requested: databases,
	target: {
		uid: 'target-1', kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'production', version: '2025.12.0',
	},
});

const nameOf = (database: string): string => `${database}-${stampOf(at(3))}.backup`;

type Given = {readonly databases: readonly string[]; readonly attempt?: number};

/** The Pod of a run once neo4j-admin said that it finished an artifact of each database, and `inspect` read their headers. */
const finishedPod = async (t: ExecutionContext, store: MemoryStore, {databases, attempt = 1}: Given) => {
	const scratch = await mkdtemp(path.join(tmpdir(), 'report-test-'));
	t.teardown(async () => rm(scratch, {recursive: true, force: true}));
	await claimDirectory(store, owner, {adopt: false, now: at(3)});
	const folder = runFolder(scratch);
	await folder.writeAttempt({attempt, startedAt: at(3).toISOString(), unfinished: []});
	await writeFile(path.join(scratch, runFiles.log), databases.map(database => `Finished artifact creation '${nameOf(database)}' for database '${database}', took 38ms.\n`).join(''));
	await writeFile(path.join(scratch, runFiles.exitCode), '0\n');
	await mkdir(path.join(scratch, runFiles.inspections));
	for (const database of databases) {
		const cells = [`s3://bucket/daily/${nameOf(database)}`, database, `id-of-${database}`, at(3).toISOString().slice(0, 19), 'true', 'true', '1', '10'];
		await writeFile(path.join(scratch, runFiles.inspections, nameOf(database)), `| FILE | DATABASE | DATABASE ID | TIME (UTC) | FULL | COMPRESSED | LOWEST TX | HIGHEST TX |\n| ${cells.join(' | ')} |\n`);
	}

	return {spec: spec(databases), store, folder};
};

test('[X-037] of 200 databases the summary stays within 4 KiB, its counts are true, and the catalogue knows every artifact', async t => {
	const databases = Array.from({length: 200}, (_, index) => `a-database-with-a-name-as-long-as-names-may-be-${String(index).padStart(3, '0')}`);
	const store = createMemoryStore({now: () => at(3)});
	for (const database of databases) {
		store.put(nameOf(database), 1000);
	}

	const {exit, summary} = await report(await finishedPod(t, store, {databases}));
	t.is(exit, 0);
	const text = encodeSummary(summary);
	t.true(Buffer.byteLength(text) <= 4096);
	t.like(decodeSummary(text), {
		outcome: 'succeeded', artifactCount: 200, bytes: 200_000, missingCount: 0, storage: {restorePoints: 200, bytes: 200_000},
	});
	const {artifacts} = await readCatalogue(store);
	t.deepEqual(artifacts.map(({name}) => name).toSorted(), store.artifacts().toSorted());

	const nothing = createMemoryStore({now: () => at(3)});
	const failed = await report(await finishedPod(t, nothing, {databases, attempt: 4}));
	t.true(Buffer.byteLength(encodeSummary(failed.summary)) <= 4096);
	t.is(decodeSummary(encodeSummary(failed.summary))?.missingCount, 200);
});

test('[X-036] an artifact that neo4j-admin finished and the store does not have makes no success: the Job tries again, and fails at last', async t => {
	for (const [attempt, exit] of [[1, 1], [4, 41]] as const) {
		const store = createMemoryStore({now: () => at(3)});
		const pod = await finishedPod(t, store, {databases: ['mydb', 'neo4j'], attempt});
		const result = await report(pod);
		t.is(result.exit, exit);
		t.like(result.summary, {outcome: 'failed', reason: 'ArtifactNotProven', artifactCount: 0});
		t.regex(result.summary.message, /mydb \(mydb-.*\.backup is not in the store although neo4j-admin finished it\)/v);
	}

	const partly = createMemoryStore({now: () => at(3)});
	partly.put(nameOf('neo4j'), 1000);
	const {exit, summary} = await report(await finishedPod(t, partly, {databases: ['mydb', 'neo4j'], attempt: 4}));
	t.is(exit, 40);
	t.like(summary, {outcome: 'partial', missing: ['mydb'], artifactCount: 1});
	const {artifacts} = await readCatalogue(partly);
	t.deepEqual(artifacts.map(({database}) => database), ['neo4j']);
});

test('a damaged artifact is put aside once its manifest is written, or it is said why not, and a later attempt finishes that', async t => {
	let refused = true;
	const store = createMemoryStore({now: () => at(3), refuses: key => refused && key.endsWith('.backup') ? {key, reason: 'AccessDenied', message: 'may not delete'} : undefined});
	for (const database of ['mydb', 'neo4j']) {
		store.put(nameOf(database), 1000);
	}

	const pod = await finishedPod(t, store, {databases: ['mydb', 'neo4j']});
	await pod.folder.writeVerification(nameOf('mydb'), {exitCode: 1, log: 'java.io.IOException: Failed to extract'});
	await pod.folder.writeVerification(nameOf('neo4j'), {exitCode: 0, log: ''});
	const verified = {...pod, spec: {...pod.spec, verify: true}};
	const {exit, summary} = await report(verified);
	t.is(exit, 41);
	t.like(summary, {
		outcome: 'failed', reason: 'VerificationFailed', artifactCount: 1, nextBackupType: 'FULL', missing: [],
	});
	t.regex(summary.message, /^the verification failed of mydb \(.*it could not be checked: java\.io\.IOException: Failed to extract\).*; mydb-.*\.backup could not be put aside: may not delete$/v);
	const {artifacts} = await readCatalogue(store);
	t.deepEqual(artifacts.map(({database, verification}) => `${database} ${verification}`), ['mydb failed', 'neo4j passed']);

	refused = false;
	const again = await report(verified);
	t.is(again.exit, 41);
	t.like(again.summary, {
		outcome: 'failed', reason: 'VerificationFailed', artifactCount: 1, nextBackupType: 'FULL',
	});
	t.deepEqual(store.artifacts(), [nameOf('neo4j')]);
	t.true(store.objects.has(`.neo4j-backup/quarantine/${nameOf('mydb')}`));
});

test('an artifact without the result of a check that was asked for did not pass', async t => {
	const store = createMemoryStore({now: () => at(3)});
	store.put(nameOf('mydb'), 1000);
	const pod = await finishedPod(t, store, {databases: ['mydb']});
	const {summary} = await report({...pod, spec: {...pod.spec, verify: true}});
	t.like(summary, {outcome: 'failed', reason: 'VerificationFailed', artifactCount: 0});
	t.regex(summary.message, /the container `verify` left no result/v);
});

test('artifacts of a lost catalogue are named again without having been checked, and stay where they are, also when the check of this run failed', async t => {
	const store = createMemoryStore({now: () => at(3)});
	for (const database of ['mydb', 'old']) {
		store.put(nameOf(database), 1000);
	}

	const pod = await finishedPod(t, store, {databases: ['mydb', 'old']});
	await writeFile(path.join(pod.folder.path, runFiles.log), `Finished artifact creation '${nameOf('mydb')}' for database 'mydb', took 38ms.\n`);
	const rebuild = {runID: '20260101000000-0000beef', attempt: 0, startedAt: at(1).toISOString()};
	await openRebuild(store, {...rebuild, pod: 'pod'});
	await pod.folder.writeAttempt({attempt: 1, startedAt: at(3).toISOString(), unfinished: [rebuild]});
	await pod.folder.writeLines('adopted', [nameOf('old')]);
	await pod.folder.writeVerification(nameOf('mydb'), {exitCode: 1, log: 'inconsistent'});
	const {summary} = await report({...pod, spec: {...pod.spec, requested: ['mydb'], verify: true}});
	t.like(summary, {outcome: 'failed', reason: 'VerificationFailed'});
	t.regex(summary.message, /rebuilt from the headers of 1 artifact/v);
	const {artifacts} = await readCatalogue(store);
	t.deepEqual(artifacts.map(({database, verification}) => `${database} ${verification}`).toSorted(), ['mydb failed', 'old notRequested']);
	t.deepEqual(store.artifacts(), [nameOf('old')]);
});
