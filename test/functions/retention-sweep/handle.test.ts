import test from 'ava';
import {
	artifact, at, manifest, stampOf,
} from '../../shared/catalogue/history.ts';
import {createHandle} from '../../../functions/retention-sweep/handle.ts';
import {dailyFulls, owner, startDirectory} from './directory.ts';
import {openAttempt} from '#shared/catalogue/attempt.ts';
import {type RetentionSwept} from '#shared/events/catalogue.ts';
import {silentLog} from '#shared/log.ts';
import {encodeOutcome} from '#shared/retention/outcome.ts';
import {noSweep} from '#shared/retention/sweep-outcome.ts';
import {type KubeObject} from '#shared/kube/object.ts';

const full = (day: number) => artifact(day).name;
const fulls = (...days: readonly number[]) => days.map(day => full(day)).toSorted();
const condition = (status: {conditions?: ReadonlyArray<{type: string}>}) => status.conditions?.find(({type}) => type === 'RetentionEnforced');

test('[X-075] status.retention has lastSweepTime, kept, expired and the plan; the condition says that the policy is enforced', async t => {
	const directory = await startDirectory(t, {maxCount: 2});
	await dailyFulls(directory, 5);
	const marked = await directory.sweep();
	t.like(marked.retention, {
		lastSweepTime: '2026-01-06T00:00:00Z', nextSweepTime: '2026-01-06T00:10:00Z', kept: 2, expired: 0, expiring: 3,
	});
	t.like(condition(marked), {status: 'True', reason: 'Marked'});
	directory.today += 1 / 24;
	const swept = await directory.sweep();
	t.like(swept.retention, {kept: 2, expired: 3, expiring: 0});
	t.like(swept.retention?.plan?.artifacts?.[0], {name: full(1), verdict: 'expire', reason: 'expires: not among the 2 newest of neo4j'});
	t.like(condition(swept), {status: 'True', reason: 'Swept', observedGeneration: 1});
	t.deepEqual(swept.storage, {
		restorePoints: 2, bytes: 200, oldest: '2026-01-05T00:00:00Z', newest: '2026-01-06T00:00:00Z',
	});
	t.deepEqual(directory.kube.events().map(({type, reason}) => `${type} ${reason}`), ['Normal RetentionSwept']);
});

test('what was deleted is told in swept events, with the database, the reason and the size', async t => {
	const directory = await startDirectory(t, {maxCount: 2});
	await dailyFulls(directory, 4);
	await directory.sweepTwice();
	const swept = directory.emitted.at(-1)!;
	t.is(swept.type, 'com.neo4j.retention.swept.v1');
	t.is(swept.source, '/apis/neo4j.neo4j.com/v1alpha1/namespaces/n/neo4jbackups/daily');
	t.deepEqual(swept.data, {
		sweepID: swept.subject!,
		part: 1,
		parts: 1,
		mode: 'Enforce',
		kept: 2,
		expired: 0,
		failures: [],
		deleted: [1, 2].map(day => ({
			name: full(day), database: 'neo4j', reason: 'expires: not among the 2 newest of neo4j', size: 100,
		})),
	} satisfies RetentionSwept);
});

test('mode Plan touches nothing and shows the plan, whole in the directory and 20 names of it in the status', async t => {
	const directory = await startDirectory(t, {maxCount: 5, mode: 'Plan'});
	await dailyFulls(directory, 30);
	const {retention, conditions} = await directory.sweepTwice();
	t.like(retention?.plan, {keep: 5, expire: 25, archive: 0});
	t.is(retention?.plan?.artifacts?.length, 20);
	t.true(retention?.plan?.artifacts?.every(({reason}) => reason === 'expires: not among the 5 newest of neo4j'));
	t.like(condition({conditions: conditions!}), {status: 'False', reason: 'Planned'});
	t.is(directory.files().length, 30);
	t.is(directory.keys().filter(key => key.includes('/sweeps/')).length, 2);
	t.is(directory.keys().filter(key => key.includes('/index-')).length, 0);
});

test('[X-077] only files that a manifest of this CR names are touched', async t => {
	const directory = await startDirectory(t, {maxCount: 1});
	const strangers = ['daily/readme.txt', 'daily/other-2020-01-01T00-00-00.backup', 'daily/neo4j-old-2020-01-01T00-00-00.backup', 'daily-2/neo4j-2020-01-01T00-00-00.backup', 'neo4j-2020-01-01T00-00-00.backup'];
	for (const key of strangers) {
		await directory.s3.put('backups', key, 'x');
	}

	await dailyFulls(directory, 4);
	await directory.sweepTwice();
	t.deepEqual(directory.keys().filter(key => !key.includes('.neo4j-backup/')), [...strangers, `daily/${full(4)}`].toSorted());
});

test('[X-084] some deletions fail: the others go on, swept tells which, the next sweep tries again, and one more deletes nothing', async t => {
	const directory = await startDirectory(t, {maxCount: 1});
	await dailyFulls(directory, 4);
	const allow = directory.s3.refuse({prefix: `daily/${full(2)}`, operations: ['DeleteObject'], code: 'AccessDenied'});
	const failed = await directory.sweepTwice();
	t.deepEqual(directory.files(), fulls(2, 4));
	t.like(condition(failed), {status: 'False', reason: 'PartlyDeleted'});
	t.like(directory.emitted.at(-1)!.data, {deleted: [{name: full(1)}, {name: full(3)}], failures: [{name: full(2)}]});
	allow();
	const again = await directory.sweep();
	t.deepEqual(directory.files(), fulls(4));
	t.like(condition(again), {status: 'True', reason: 'Swept'});
	const idle = await directory.sweep();
	t.like(condition(idle), {status: 'True', reason: 'UpToDate'});
	t.like(idle.retention, {expired: 1, kept: 1});
});

test('what the last sweep that deleted anything told stays in the status, whatever later sweeps find', async t => {
	const directory = await startDirectory(t, {maxCount: 2});
	await dailyFulls(directory, 5);
	const swept = await directory.sweepTwice();
	t.like(swept.retention, {expired: 3, lastExpiredTime: '2026-01-06T01:00:00Z', lastSweepTime: '2026-01-06T01:00:00Z'});
	directory.today += 1 / 24;
	const idle = await directory.sweep();
	t.like(idle.retention, {expired: 3, lastExpiredTime: '2026-01-06T01:00:00Z', lastSweepTime: '2026-01-06T02:00:00Z'});
	directory.change({maxCount: 1});
	await directory.sweepTwice();
	t.like(directory.kube.backup().status?.retention, {expired: 1, lastExpiredTime: '2026-01-06T03:00:00Z'});
});

test('of two sweeps at once the slower one, which found the work done, does not take back what the other told', async t => {
	const directory = await startDirectory(t, {maxCount: 1});
	await dailyFulls(directory, 3);
	await directory.sweep();
	directory.today += 1 / 24;
	let reads = 0;
	const status = await directory.sweep({
		...directory.kube,
		async get(reference) {
			if (reference.kind === 'Neo4jBackup' && ++reads === 3) {
				await directory.sweep();
			}

			return directory.kube.get(reference);
		},
	});
	t.like(condition(status), {reason: 'Interrupted'});
	t.like(status.retention, {expired: 2, lastExpiredTime: '2026-01-04T01:00:00Z'});
});

test('a sweep that could not write what it deleted into the status: the next one does', async t => {
	const directory = await startDirectory(t, {maxCount: 1});
	await dailyFulls(directory, 3);
	await directory.sweep();
	directory.today += 1 / 24;
	await t.throwsAsync(directory.sweep({
		...directory.kube,
		async replaceStatus() {
			throw new Error('the API server is gone');
		},
	}));
	t.deepEqual(directory.files(), fulls(3));
	const status = await directory.sweep();
	t.like(status.retention, {expired: 2, lastExpiredTime: '2026-01-04T01:00:00Z'});
});

test('[X-080] what a lock keeps is skipped and counted, said with its date, and goes once the lock has ended', async t => {
	const directory = await startDirectory(t, {maxCount: 1});
	await dailyFulls(directory, 4);
	directory.s3.lock('backups', `daily/${full(2)}`, new Date('2099-01-01T00:00:00Z'));
	const locked = await directory.sweepTwice();
	t.deepEqual(directory.files(), fulls(2, 4));
	t.like(condition(locked), {status: 'True', reason: 'Locked'});
	t.regex(locked.retention?.message ?? '', /1 are locked in the store.*tried again at 2099-01-01T00:00:00\.000Z/v);
	t.like(directory.emitted.at(-1)!.data, {deleted: [{name: full(1)}, {name: full(3)}], failures: [{name: full(2)}]});
	directory.s3.lock('backups', `daily/${full(2)}`, new Date('2000-01-01T00:00:00Z'));
	const swept = await directory.sweep();
	t.deepEqual(directory.files(), fulls(4));
	t.like(condition(swept), {status: 'True', reason: 'Swept'});
});

test('the end of a lock within the day is when the next sweep is due', async t => {
	const directory = await startDirectory(t, {maxCount: 1});
	await dailyFulls(directory, 2);
	directory.s3.lock('backups', `daily/${full(1)}`, at(2.1));
	const {retention} = await directory.sweepTwice();
	t.is(retention?.nextSweepTime, new Date(at(2.1).getTime() + 1000).toISOString().replace('.000Z', 'Z'));
});

for (const day of [1, 2, 3]) {
	test(`[X-081] a chain of which member ${day} is locked is not cut: all of it stays until all may go`, async t => {
		const directory = await startDirectory(t, {maxCount: 1});
		await directory.run(1, [artifact(1)]);
		await directory.run(2, [artifact(2, {full: false, lowestTx: 11, highestTx: 20})]);
		await directory.run(3, [artifact(3, {full: false, lowestTx: 21, highestTx: 30})]);
		await directory.run(4, [artifact(4)]);
		directory.s3.lock('backups', `daily/${full(day)}`, new Date('2099-01-01T00:00:00Z'));
		await directory.sweepTwice();
		await directory.sweep();
		t.deepEqual(directory.files(), fulls(1, 2, 3, 4));
		directory.s3.lock('backups', `daily/${full(day)}`, new Date('2000-01-01T00:00:00Z'));
		await directory.sweep();
		t.deepEqual(directory.files(), fulls(4));
	});
}

test('[X-157] a FULL removed behind our back: the sweep deletes nothing, and from then on the older intact chain stays', async t => {
	const directory = await startDirectory(t, {maxCount: 1});
	await dailyFulls(directory, 3);
	await directory.sweep();
	directory.today += 1 / 24;
	await directory.store.delete([full(3)]);
	const contradicted = await directory.sweep();
	t.deepEqual(directory.files(), fulls(1, 2));
	t.like(condition(contradicted), {status: 'False', reason: 'CatalogueContradicted'});
	for (let sweep = 0; sweep < 3; sweep++) {
		directory.today += 1 / 24;
		await directory.sweep();
	}

	t.deepEqual(directory.files(), fulls(2));
});

const deletesNothing = test.macro(async (t, reason: string, disturb: (directory: Awaited<ReturnType<typeof startDirectory>>) => Promise<void>) => {
	const directory = await startDirectory(t, {maxCount: 1});
	await dailyFulls(directory, 4);
	await directory.sweep();
	directory.today += 1 / 24;
	await disturb(directory);
	const before = directory.files();
	const status = await directory.sweep();
	t.deepEqual(directory.files(), before);
	t.like(condition(status), {status: 'False', reason});
	t.is(status.retention?.expired, 0);
	t.true(directory.kube.events().some(event => event.type === 'Warning' && event.reason === reason));
});

test('a pod whose clock is 40 days ahead deletes nothing', deletesNothing, 'ClockSkewed', async directory => {
	directory.skew = 40;
});
test('a manifest that cannot be read: nothing is deleted, and the status says why', deletesNothing, 'CatalogueUnreadable', async directory => {
	await directory.s3.put('backups', `daily/.neo4j-backup/runs/${manifest(9, []).runID}.json`, '{"version":1');
});
test('a deleted catalogue: nothing is deleted', deletesNothing, 'NoCatalogue', async directory => {
	await directory.store.delete(directory.keys().filter(key => key.includes('.neo4j-backup/')).map(key => key.slice('daily/'.length)));
});
test('an artifact without a manifest: nothing is deleted', deletesNothing, 'CatalogueContradicted', async directory => {
	await directory.s3.put('backups', `daily/neo4j-${stampOf(at(6))}.backup`, 'x');
});
test('a dead attempt that nobody has taken over: nothing is deleted', deletesNothing, 'AttemptOpen', async directory => {
	await openAttempt(directory.store, {
		runID: manifest(6, []).runID, attempt: 1, startedAt: at(6).toISOString(), pod: 'pod', requested: ['neo4j'],
	});
});
test('a Secret that is gone: nothing is deleted', deletesNothing, 'CredentialsInvalid', async directory => {
	directory.kube.remove('Secret', 'aws');
});
test('another owner\'s directory: nothing is deleted', deletesNothing, 'StorageConflict', async directory => {
	const other = {...owner, name: 'other'};
	await directory.s3.put('backups', 'daily/.neo4j-backup/owner-1.json', JSON.stringify({version: 1, ...other, claimedAt: at(5).toISOString()}));
});

test('[X-089] a sweep during a run deletes nothing, and does not call that a failure', async t => {
	const directory = await startDirectory(t, {maxCount: 1});
	await dailyFulls(directory, 4);
	await directory.sweep();
	directory.today += 1 / 24;
	const {runID} = manifest(6, []);
	await openAttempt(directory.store, {
		runID, attempt: 1, startedAt: at(6).toISOString(), pod: 'pod', requested: ['neo4j'],
	});
	const backup = directory.kube.backup();
	directory.kube.write({...backup, status: {...backup.status, history: [{runID, startTime: at(6).toISOString(), status: 'Running'}]}} as KubeObject);
	const status = await directory.sweep();
	t.is(directory.files().length, 4);
	t.like(condition(status), {status: 'True', reason: 'Marked'});
	t.deepEqual(directory.kube.events(), []);
});

test('retention that cannot be understood deletes nothing and names the field', async t => {
	const directory = await startDirectory(t, {maxAge: '30 days'});
	await dailyFulls(directory, 3);
	const status = await directory.sweepTwice();
	t.like(condition(status), {status: 'False', reason: 'Invalid'});
	t.regex(status.retention?.message ?? '', /spec\.retention\.maxAge/v);
	t.is(directory.files().length, 3);
});

test('a CR that is being deleted deletes no backup', async t => {
	const directory = await startDirectory(t, {maxCount: 1});
	await dailyFulls(directory, 4);
	await directory.sweep();
	directory.today += 1 / 24;
	const backup = directory.kube.backup();
	directory.kube.write({...backup, metadata: {...backup.metadata, deletionTimestamp: at(5).toISOString()}});
	await directory.sweep();
	t.is(directory.files().length, 4);
});

test('history entries without facts get them from the manifests', async t => {
	const history = [{
		runID: manifest(3, []).runID, startTime: at(3).toISOString(), completionTime: at(3 + (1 / 1440)).toISOString(), status: 'Succeeded' as const,
	}];
	const directory = await startDirectory(t, undefined, {status: {history}});
	await dailyFulls(directory, 3);
	const status = await directory.sweep();
	t.like(status.history?.[0], {artifactCount: 1, stats: {size: '100B', duration: '1m', fileCount: 1}});
	t.deepEqual(status.history?.[0]?.artifacts, [{
		name: full(3), database: 'neo4j', size: 100, full: true,
	}]);
	t.deepEqual(status.stats, status.history?.[0]?.stats);
	t.is(status.retention, undefined);
});

test('what others write into the status during a sweep is kept', async t => {
	const directory = await startDirectory(t, {maxCount: 1});
	await dailyFulls(directory, 2);
	directory.kube.interfere(backup => ({...backup, status: {...backup.status, lastRunNow: 'token'}}));
	const status = await directory.sweep();
	t.like(status, {lastRunNow: 'token', retention: {expiring: 1}});
});

test('a CR that is edited during a sweep stops it before it deletes', async t => {
	const directory = await startDirectory(t, {maxCount: 1});
	await dailyFulls(directory, 4);
	await directory.sweep();
	directory.today += 1 / 24;
	let reads = 0;
	const status = await directory.sweep({
		...directory.kube,
		async get(reference) {
			if (reference.kind === 'Neo4jBackup' && ++reads === 3) {
				directory.change({maxCount: 10});
			}

			return directory.kube.get(reference);
		},
	});
	t.is(directory.files().length, 4);
	t.like(condition(status), {reason: 'Interrupted', message: 'Deleted 0 artifacts (0B); 1 stay, 3 are marked to expire. The sweep stopped because the Neo4jBackup was changed; the next one goes on'});
});

test('with retention.cloud another account lists and deletes', async t => {
	const directory = await startDirectory(t, {maxCount: 1, cloud: {credentialsSecretRef: 'sweeper'}});
	await dailyFulls(directory, 3);
	const refused = await directory.sweep();
	t.like(condition(refused), {reason: 'CredentialsInvalid', message: 'Nothing was deleted: Secret sweeper does not exist in namespace n: create it with the keys that its store needs, or change spec.retention.cloud.credentialsSecretRef'});
	const secret = await directory.kube.get({
		apiVersion: 'v1', kind: 'Secret', namespace: 'n', name: 'aws',
	});
	directory.kube.write({...secret!, metadata: {name: 'sweeper', namespace: 'n'}});
	directory.kube.remove('Secret', 'aws');
	await directory.sweepTwice();
	t.deepEqual(directory.files(), fulls(3));
});

type PodTemplate = {metadata: {labels: Record<string, string>}; spec: {volumes: ReadonlyArray<{persistentVolumeClaim?: {claimName: string}}>}};

const pvc = {storage: {type: 'pvc', path: 'daily', pvc: {name: 'backups'}}} as const;

test('a claim is swept by one Job under the CR\'s account, whose Pods do not answer to the selector of backup logs', async t => {
	const directory = await startDirectory(t, {maxCount: 1}, {spec: pvc});
	await directory.sweep();
	await directory.sweep();
	const jobs = directory.kube.jobs() as ReadonlyArray<KubeObject & {spec: {template: PodTemplate}}>;
	t.is(jobs.length, 1);
	const [job] = jobs;
	t.like(job?.metadata.labels, {'neo4j.com/backup': 'daily', 'app.kubernetes.io/component': 'sweep'});
	t.like(job?.metadata.ownerReferences?.[0], {uid: 'uid-of-daily', controller: true});
	const {template} = job!.spec;
	t.false('neo4j.com/backup' in template.metadata.labels);
	t.like(template.spec, {serviceAccountName: 'default', automountServiceAccountToken: false});
	t.true(template.spec.volumes.some(volume => volume.persistentVolumeClaim?.claimName === 'backups'));
});

test('a bucket without a Secret is swept by a Job with the identity of the CR', async t => {
	const directory = await startDirectory(t, {maxCount: 1}, {
		spec: {
			storage: {
				type: 's3', bucket: 'backups', path: 'daily', cloud: {provider: 'aws', identity: {provider: 'aws', serviceAccount: 'irsa'}},
			},
		},
	});
	await directory.sweep();
	const [job] = directory.kube.jobs();
	t.like(job, {spec: {template: {spec: {serviceAccountName: 'irsa'}}}});
});

test('no sweep Job starts while a run goes on, and one that ended unrecorded is handed to job-completed', async t => {
	const running = {runID: 'r', startTime: at(1).toISOString(), status: 'Running' as const};
	const directory = await startDirectory(t, {maxCount: 1}, {spec: pvc, status: {history: [running]}});
	await directory.sweep();
	t.deepEqual(directory.kube.jobs(), []);
	const backup = directory.kube.backup();
	directory.kube.write({...backup, status: {...backup.status, history: []}} as KubeObject);
	await directory.sweep();
	const [job] = directory.kube.jobs();
	directory.kube.write({...job!, status: {conditions: [{type: 'Complete', status: 'True'}]}} as KubeObject);
	await directory.sweep();
	t.is(directory.kube.jobs().length, 1);
	t.like(directory.emitted.at(-1), {type: 'com.neo4j.reconcile.requested.v1', handler: 'job-completed'});
});

test('events of other types, kinds and handlers do nothing', async t => {
	const directory = await startDirectory(t, {maxCount: 1}, {spec: pvc});
	const handle = createHandle({
		kube: directory.kube, log: silentLog(), config: {image: 'x', graceMs: 1}, localNow: () => at(0), emitter: {
			async emit() {
				t.fail();
			},
		},
	});
	const extensions = {
		apiversion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', namespace: 'n', name: 'daily', handler: 'retention-sweep',
	};
	const event = {
		id: '1', source: '/x', specversion: '1.0' as const, type: 'com.neo4j.reconcile.requested.v1', extensions, data: {},
	};
	const context = {signal: new AbortController().signal, log: silentLog()};
	await handle({...event, type: 'com.neo4j.backup.failed.v1'}, context);
	await handle({...event, extensions: {...extensions, handler: 'launch-backup'}}, context);
	await handle({...event, extensions: {...extensions, kind: 'Job', apiversion: 'batch/v1'}}, context);
	await handle({...event, extensions: {...extensions, apiversion: 'example.com/v1'}}, context);
	directory.kube.write({...directory.kube.backup(), kind: 'Neo4jRestore'});
	await handle({...event, extensions: {...extensions, kind: 'Neo4jRestore'}}, context);
	await handle({...event, extensions: {...extensions, name: 'nobody'}}, context);
	t.deepEqual(directory.kube.jobs(), []);
	await handle({...event, type: 'com.neo4j.backup.succeeded.v1', extensions: {...extensions, handler: ''}}, context);
	t.is(directory.kube.jobs().length, 1);
});

test('an outcome fits into a termination message, its counts stay true', t => {
	const many = Array.from({length: 500}, (_, day) => ({
		name: full(day), database: 'neo4j', reason: 'expires: not among the 2 newest of neo4j', size: 100,
	}));
	const outcome = {
		...noSweep({
			sweepID: 's', mode: 'Enforce', reason: 'Swept', message: 'x'.repeat(5000), now: at(1),
		}), deleted: many, deletedCount: 500,
	};
	const text = encodeOutcome(outcome);
	t.true(new TextEncoder().encode(text).length <= 4096);
	t.like(JSON.parse(text), {deletedCount: 500, deleted: [{name: full(0)}]});
});
