import {readFile} from 'node:fs/promises';
import test from 'ava';
import {checkEvents, eventsOf} from '#test/functions/collected-events.ts';
import {
	backupManifest, bucket, startScenario, type Scenario, type ScenarioOptions,
} from '#test/functions/scenario.ts';
import {type RunManifest} from '#shared/catalogue/manifest.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';
import {type BackupStatus, type Neo4jBackup} from '#shared/runs/status.ts';

type Faults = Readonly<Record<string, unknown>>;

/** A scenario whose neo4j-admin does wrong what the test says at the time. */
const start = async (t: Parameters<typeof startScenario>[0], options: ScenarioOptions = {}) => {
	let faults: Faults = {};
	let advance = (): void => undefined;
	const scenario = await startScenario(t, {
		...options,
		neo4jEnvironment() {
			advance();
			return {STAND_IN_FAULTS: JSON.stringify(faults)};
		},
	});
	// Each container of Neo4j's image takes its time.
	advance = () => {
		scenario.clock.advance(1000);
	};

	const outcomeOf = async (name: string) => {
		const {status} = await scenario.backup(name);
		return {status: status!, run: status!.history![0]!};
	};

	return {
		...scenario,
		/** Applies a CR, runs it with these faults, and answers what the status says of it. */
		async run(manifest: Manifest, wrong: Faults = {}) {
			faults = wrong;
			await scenario.apply(manifest);
			return outcomeOf(manifest.metadata.name);
		},
		/** One more run of a CR that is there, a minute later. */
		async again(name: string, token: string, wrong: Faults = {}) {
			faults = wrong;
			scenario.clock.advance(60_000);
			await scenario.edit(name, {metadata: {annotations: {'neo4j.com/run-now': token}}});
			return outcomeOf(name);
		},
	};
};

const artifactsIn = (s3: Scenario['s3'], path: string): readonly string[] => s3.objects(bucket, path).map(({key}) => key.slice(path.length)).filter(key => key.endsWith('.backup') && !key.includes('/'));

const databasesIn = (s3: Scenario['s3'], path: string): readonly string[] => artifactsIn(s3, path).map(name => name.replace(/-\d{4}-\d{2}-\d{2}T.*$/v, ''));

const readyOf = ({conditions}: BackupStatus) => conditions?.find(({type}) => type === 'Ready');

const podsOf = async ({runtime: {kube}}: Pick<Scenario, 'runtime'>, job: string): Promise<readonly KubeObject[]> => {
	const all: KubeObject[] = [];
	for await (const page of kube.list({apiVersion: 'v1', kind: 'Pod', namespace: 'neo4j'}, {labelSelector: `batch.kubernetes.io/job-name=${job}`})) {
		all.push(...page);
	}

	return all;
};

/** A CR of one database, in a directory of its own. */
const ofDatabase = (s3: Scenario['s3'], name: string, database: string, options: Readonly<Record<string, unknown>> = {}): Manifest => {
	const {storage} = backupManifest(s3)['spec'] as {storage: Readonly<Record<string, unknown>>};
	return backupManifest(s3, {target: {kind: 'Database', name: database, clusterRef: 'production-cluster'}, storage: {...storage, path: name}, options}, name);
};

const manifestOf = async (s3: Scenario['s3'], path: string, runID: string): Promise<RunManifest> => {
	const [found] = s3.objects(bucket, `${path}/.neo4j-backup/runs/${runID}.json`);
	return JSON.parse(await readFile(found!.file, 'utf8')) as RunManifest;
};

test('[X-028] [X-168] [X-034] [B-103] a database that fails once is taken by the retry, and no other, and what lies in the bucket is what the status says', async t => {
	const scenario = await start(t, {databases: ['neo4j', 'sales', 'stock']});
	const {run, s3, jobs, backup} = scenario;
	const name = 'daily';
	const {status, run: entry} = await run(backupManifest(s3, {options: {}}, name), {failOnce: ['sales']});
	t.like(status, {phase: 'Completed'});
	t.like(entry, {status: 'Succeeded', artifactCount: 4});
	const [job] = await jobs() as ReadonlyArray<KubeObject & {spec: {backoffLimit: number}}>;
	t.is(job!.spec.backoffLimit, 3);
	const pods = await podsOf(scenario, job!.metadata.name);
	t.is(pods.length, 2);
	const artifacts = artifactsIn(s3, 'daily/');
	t.deepEqual(databasesIn(s3, 'daily/'), ['neo4j', 'sales', 'stock', 'system'], 'one artifact each');
	t.is(status.storage?.restorePoints, 4);
	t.is(status.storage?.bytes, s3.objects(bucket, 'daily/').filter(({key}) => key.endsWith('.backup')).reduce((sum, {size}) => sum + size, 0));
	const times = artifacts.map(artifact => Date.parse(artifact.slice(-26, -7).replace(/T(\d\d)-(\d\d)-(\d\d)/v, 'T$1:$2:$3Z')));
	// The clock of a store is known to the second.
	t.true(Math.abs(Date.parse(status.storage!.oldest!) - Math.min(...times)) <= 1000);
	t.true(Math.abs(Date.parse(status.storage!.newest!) - Math.max(...times)) <= 1000);
	const {spec} = await backup(name);
	t.true(spec.options?.compress);
	const {artifacts: inspected} = await manifestOf(s3, 'daily', entry.runID!);
	t.true(inspected.every(({compressed}) => compressed));
	await checkEvents(t, scenario);
});

test('[B-107] [B-108] [X-031] DIFF begins with a FULL and says so, appends to its chain, and is partial where a database has no FULL yet, which a repair follows', async t => {
	const scenario = await start(t, {databases: ['mydb']});
	const {
		run, again, backup, minutes, s3, dbms, runtime,
	} = scenario;
	const name = 'daily';
	const partials: BackupStatus[] = [];
	runtime.api.onChange(({object}) => {
		const {status} = object as unknown as Neo4jBackup;
		if (object.kind === 'Neo4jBackup' && status?.history?.[0]?.status === 'PartiallySucceeded') {
			partials.push(structuredClone(status));
		}
	});
	const first = await run(backupManifest(s3, {options: {backupType: 'DIFF'}}, name));
	t.like(first.run, {status: 'Succeeded', backupType: 'FULL'});
	const events = await eventsOf(scenario, name);
	t.regex(events.find(({reason}) => reason === 'ChainStarted')?.message ?? '', /is sent as FULL: there is no FULL in the directory yet/v);
	const full = await manifestOf(s3, 'daily', first.run.runID!);

	dbms.write('mydb', 5);
	const second = await again(name, 'second');
	t.like(second.run, {status: 'Succeeded', backupType: 'DIFF', artifactCount: 2});
	const diff = await manifestOf(s3, 'daily', second.run.runID!);
	const [before, after] = [full, diff].map(({artifacts}) => artifacts.find(({database}) => database === 'mydb')!);
	t.like(after, {full: false, lowestTx: before!.highestTx + 1, highestTx: before!.highestTx + 5});
	t.like(diff.artifacts.find(({database}) => database === 'system'), {full: false, lowestTx: 0, highestTx: 0});
	t.is(second.status.storage?.restorePoints, 3, 'a DIFF that found nothing new is no restore point');

	dbms.createDatabase('sales');
	await again(name, 'third');
	await minutes(1);
	const {status} = await backup(name);
	const [partial] = partials;
	t.like(partial, {lastSuccessTime: second.status.lastSuccessTime!, nextBackupType: 'AUTO'});
	t.regex(partial!.history![0]!.error!, /^2 databases backed up, 1 missing: sales \(Differential backups require that a full backup/v);
	t.like(readyOf(partial!), {status: 'False', reason: 'PartiallySucceeded'});
	t.like(status, {phase: 'Completed', nextBackupType: undefined});
	t.like(status?.history?.[0], {
		status: 'Succeeded', trigger: 'repair', backupType: 'AUTO', artifactCount: 3,
	});
	t.regex(status?.message ?? '', /a FULL was taken where no DIFF could be: sales$/v);
	await checkEvents(t, scenario);
});

test('[B-109] AUTO takes a FULL, then DIFFs, of that database alone, and says where it fell back', async t => {
	const scenario = await start(t, {databases: ['foo', 'foo-bar', 'report']});
	const {run, again, s3, dbms} = scenario;
	const shapeOf = async (path: string, runID: string) => {
		const {artifacts} = await manifestOf(s3, path, runID);
		return artifacts.map(({database, full, lowestTx}) => [database, full ? 'FULL' : 'DIFF', lowestTx]);
	};

	const first = await run(ofDatabase(s3, 'auto', 'foo'));
	t.deepEqual(await shapeOf('auto', first.run.runID!), [['foo', 'FULL', 1]]);
	dbms.write('foo', 5);
	const second = await again('auto', 'second');
	t.deepEqual(await shapeOf('auto', second.run.runID!), [['foo', 'DIFF', 6]]);
	t.notRegex(second.status.message!, /FULL/v);
	dbms.write('foo', 5);
	dbms.pruneLogs('foo');
	const third = await again('auto', 'third');
	t.deepEqual(await shapeOf('auto', third.run.runID!), [['foo', 'FULL', 1]]);
	t.regex(third.status.message!, /1 artifact proven in the store; a FULL was taken where no DIFF could be: foo$/v);
	t.deepEqual(databasesIn(s3, 'auto/'), ['foo', 'foo', 'foo']);

	const report = await run(ofDatabase(s3, 'named', 'report'));
	t.like(report.run, {status: 'Succeeded', artifactCount: 1});
	t.deepEqual(databasesIn(s3, 'named/'), ['report']);
});

test('[X-030] [B-125] what left no artifact failed, whatever the exit code, and says why; what left one with a problem says that', async t => {
	const scenario = await start(t, {databases: ['mydb']});
	const {run, s3} = scenario;
	const cases: ReadonlyArray<readonly [manifest: Manifest, reason: string, error: RegExp]> = [
		[ofDatabase(s3, 'absent', 'absent'), 'NothingBackedUp', /^nothing was backed up: neo4j-admin ended with 0 and left no artifact of absent; check that the database exists and is online/v],
		[ofDatabase(s3, 'flagged', 'mydb', {additionalArgs: ['--no-such-flag']}), 'UsageError', /^neo4j-admin refused its arguments: Unknown option: '--no-such-flag'/v],
	];
	for (const [manifest, reason, error] of cases) {
		const {name} = manifest.metadata;
		const {status, run: entry} = await run(manifest);
		t.is(status.phase, 'Failed', `phase of ${name}`);
		t.like(entry, {status: 'Failed', reason, artifactCount: 0});
		t.regex(entry.error!, error);
		t.like(readyOf(status), {status: 'False', reason});
		t.is(status.lastSuccessTime, undefined);
		t.deepEqual(artifactsIn(s3, `${name}/`), []);
		const events = await eventsOf(scenario, name);
		t.is(events.filter(event => event.type === 'Warning' && event.reason === reason).length, 1);
	}

	const problem = await run(ofDatabase(s3, 'warned', 'mydb'), {exitCodeAfterwards: 1});
	t.like(problem.status, {phase: 'Completed'});
	t.like(problem.run, {status: 'Succeeded', artifactCount: 1});
	t.regex(problem.status.message!, /1 artifact proven in the store; .*neo4j-admin reported a problem all the same \(exit code 1\)/v);
	await checkEvents(t, scenario);
});
