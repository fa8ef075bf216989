import {readdir} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {checkEvents} from '#test/functions/collected-events.ts';
import {
	backupManifest, bucket, credentials, startScenario, type Scenario,
} from '#test/functions/scenario.ts';
import {containerOf, type JobObject} from '#test/functions/launch-backup/desk.ts';
import {readManifests} from '#local/manifests.ts';
import {type RunManifest} from '#shared/catalogue/manifest.ts';
import {openStore} from '#shared/stores/open.ts';
import {type Store} from '#shared/stores/store.ts';

const name = 'verified';

/** What a container printed in the Pods of a Job, as `kubectl logs` shows it. */
const logOf = async ({runtime: {kubeconfig, kube}}: Scenario, job: string, container: string): Promise<string> => {
	const {server} = /server: "?(?<server>[^"\s]+)/v.exec(kubeconfig)?.groups ?? {};
	const logs: string[] = [];
	for await (const pods of kube.list({apiVersion: 'v1', kind: 'Pod', namespace: 'neo4j'}, {labelSelector: `batch.kubernetes.io/job-name=${job}`})) {
		for (const {metadata} of pods) {
			const answer = await fetch(`${server}/api/v1/namespaces/neo4j/pods/${metadata.name}/log?container=${container}`);
			logs.push(await answer.text());
		}
	}

	return logs.join('');
};

const openDirectory = async (s3: Scenario['s3']): Promise<Store> => openStore({
	type: 's3', bucket, path: 'daily', endpointURL: s3.endpoint, forcePathStyle: true, region: 'us-east-1',
}, {AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey});

const manifestOf = async (s3: Scenario['s3'], runID: string): Promise<RunManifest> => {
	const store = await openDirectory(s3);
	try {
		return JSON.parse(new TextDecoder().decode(await store.read(`.neo4j-backup/runs/${runID}.json`))) as RunManifest;
	} finally {
		await store.close();
	}
};

const artifactsOf = (s3: Scenario['s3'], prefix = 'daily/'): ReadonlyArray<readonly [string, string]> => s3.objects(bucket, prefix)
	.filter(({key}) => key.endsWith('.backup'))
	.map(({key, etag}) => [key.slice(prefix.length), etag] as const)
	.filter(([key]) => !key.includes('/'));

test('[B-118] each new artifact is checked, a differential one as an aggregate of copies, and the chain stays as it was', async t => {
	const scenario = await startScenario(t, {databases: ['mydb']});
	const {apply, backup, edit, clock, dbms, jobs, s3} = scenario;
	await apply(backupManifest(s3, {target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'}, suspend: true, options: {verify: true}}, name));
	const logs: string[] = [];
	for (const [token, transactions] of [['first', 0], ['second', 5], ['third', 0]] as const) {
		const before = artifactsOf(s3);
		dbms.write('mydb', transactions);
		clock.advance(60_000);
		await edit(name, {metadata: {annotations: {'neo4j.com/run-now': token}}});
		t.deepEqual(artifactsOf(s3).slice(0, -1), before, 'what was there is there unchanged, and one artifact is new');
		const {status} = await backup(name);
		const [run] = status!.history!;
		t.like(run, {status: 'Succeeded', artifactCount: 1});
		const manifest = await manifestOf(s3, run!.runID!);
		t.deepEqual(manifest.artifacts.map(({verification}) => verification), ['passed']);
		logs.push(await logOf(scenario, run!.jobName!, 'verify'));
	}

	const [job] = await jobs() as readonly JobObject[];
	t.deepEqual(job!.spec.template.spec.initContainers.map(container => container.name), ['prepare', 'backup', 'inspect', 'gather', 'verify']);
	t.is(containerOf(job!, 'verify').image, 'neo4j:2025.12.0-enterprise');
	// One check each: of the FULL itself, of FULL and DIFF in one, and of the same again for the DIFF that found nothing new.
	t.deepEqual(logs.map(log => [log.match(/Running consistency check/gv)?.length, log.match(/Successfully aggregated backup chain/gv)?.length]), [[1, undefined], [1, 1], [1, 1]]);
	const {status} = await backup(name);
	const newest = await manifestOf(s3, status!.history![0]!.runID!);
	t.is(newest.artifacts[0]!.highestTx, 0);
	await checkEvents(t, scenario);
});

test('[B-119] a damaged artifact fails the run, which names the database and quotes the report, lies in quarantine, counts for nothing, and a FULL follows', async t => {
	let faults: Record<string, unknown> = {};
	const scenario = await startScenario(t, {databases: ['mydb'], neo4jEnvironment: () => ({STAND_IN_FAULTS: JSON.stringify(faults)})});
	const {apply, backup, edit, clock, dbms, s3} = scenario;
	const again = async (token: string) => {
		dbms.write('mydb', 5);
		clock.advance(60_000);
		await edit(name, {metadata: {annotations: {'neo4j.com/run-now': token}}});
		const {status} = await backup(name);
		return status!;
	};

	await apply(backupManifest(s3, {options: {verify: true}}, name));
	const {status: good} = await backup(name);
	t.is(good?.history?.[0]?.status, 'Succeeded');

	faults = {inconsistent: ['mydb']};
	const bad = await again('damaged');
	const [run] = bad.history!;
	const [[quarantined] = []] = artifactsOf(s3, 'daily/.neo4j-backup/quarantine/');
	t.regex(quarantined ?? '', /^mydb-2026-11-20T/v);
	t.like(bad, {phase: 'Failed', nextBackupType: 'FULL', lastSuccessTime: good!.lastSuccessTime!});
	t.like(run, {status: 'Failed', reason: 'VerificationFailed', artifactCount: 1});
	t.regex(run!.error!, new RegExp(String.raw`^the verification failed of mydb \(${quarantined}: neo4j-admin database check found inconsistencies: ERROR: The referenced node record is not in use\.`, 'v'));
	t.deepEqual(run!.artifacts!.map(({database}) => database), ['system']);
	t.like(bad.conditions?.find(({type}) => type === 'Ready'), {status: 'False', reason: 'VerificationFailed'});
	t.is(artifactsOf(s3).filter(([key]) => key.startsWith('mydb-')).length, 1, 'only the artifact of the first run is left for neo4j-admin to build on');
	const manifest = await manifestOf(s3, run!.runID!);
	t.deepEqual(manifest.artifacts.map(({database, verification}) => `${database} ${verification}`).toSorted(), ['mydb failed', 'system passed']);
	// Those of the first run alone: a DIFF without transactions, as that of system, is none either.
	t.is(bad.storage?.restorePoints, 2);

	faults = {};
	const next = await again('after');
	t.like(next, {phase: 'Completed', nextBackupType: undefined});
	t.like(next.history?.[0], {status: 'Succeeded', backupType: 'FULL', artifactCount: 2});
	t.true(next.history?.[0]?.artifacts?.every(({full}) => full));
	await checkEvents(t, scenario);
});

// A volume has no clock but the machine's, so that this scenario starts three minutes before the real time.
test('[B-155] the example of a backup to a claim, on demand, applies unchanged and completes with a verified artifact', async t => {
	const scenario = await startScenario(t, {start: new Date(Date.now() - 180_000).toISOString(), databases: ['mydb'], target: {name: 'staging-cluster'}});
	const {apply, backup, runtime} = scenario;
	await apply({
		apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: {name: 'backup-storage'}, spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}},
	});
	await apply(...await readManifests('examples/neo4jbackup/manual-pvc-backup.yaml'));
	const {status} = await backup('manual-pvc-backup');
	t.is(status?.phase, 'Completed');
	t.like(status?.history?.[0], {status: 'Succeeded', backupType: 'FULL', artifactCount: 1});
	const files = await readdir(path.join(runtime.node.claimFolder('neo4j', 'backup-storage'), 'backups/manual'));
	t.deepEqual(files.filter(file => file.endsWith('.backup')).map(file => file.replace(/-2.*/v, '')), ['mydb']);
});
