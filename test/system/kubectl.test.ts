import {
	mkdtemp, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {backupManifest, startScenario} from '#test/functions/scenario.ts';
import {applyManifests} from '#local/manifests.ts';
import {hasKubectl, run, start} from '#test/local/programs.ts';

const withKubectl = hasKubectl ? test : test.skip;

const name = 'daily-cluster-backup';

withKubectl('[B-163] [B-164] [B-165] [B-166] [B-167] [X-144] kubectl shows a backup that succeeds and one that fails: phases as they change, conditions, each Event once, and neo4j-admin\'s output while it runs and afterwards', async t => {
	t.timeout(5 * 60_000);
	let faults: Record<string, unknown> = {hang: true};
	const scenario = await startScenario(t, {databases: ['mydb'], neo4jEnvironment: () => ({STAND_IN_FAULTS: JSON.stringify(faults)})});
	const {backup, clock, runtime: {kube, kubeconfig, settled}, s3} = scenario;
	const folder = await mkdtemp(path.join(tmpdir(), 'kubectl-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	const file = path.join(folder, 'kubeconfig');
	await writeFile(file, kubeconfig);
	const options = {env: {...process.env, KUBECONFIG: file, HOME: folder}};
	const kubectl = async (...words: readonly string[]) => run('kubectl', words, options);
	const follow = (...words: readonly string[]) => start(t, 'kubectl', words, options);
	const reference = {
		apiVersion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', namespace: 'neo4j', name,
	};
	const logs = ['logs', '-n', 'neo4j', '-l', `neo4j.com/backup=${name}`, '--tail=100'];
	await applyManifests(kube, [backupManifest(s3, {suspend: true, target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'}})], 'neo4j');
	await settled();
	t.is(await kubectl('get', 'neo4jbackup', name, '-n', 'neo4j', '-o', 'jsonpath={.status.lastSuccessTime}'), '');
	const watch = follow('get', 'neo4jbackup', name, '-n', 'neo4j', '-w');
	await watch.says(/Suspended/v);

	// A first attempt hangs, and its Pod is taken away; the next one succeeds.
	await kube.patch(reference, {spec: {suspend: null}});
	await watch.says(/Running/v);
	const running = ['get', 'pods', '-n', 'neo4j', '-o', 'jsonpath={.items[*].status.initContainerStatuses[?(@.name=="backup")].state.running}'];
	while (await kubectl(...running) === '') {
		await wait(200);
	}

	t.regex(await follow(...logs, '-f').says(/stand-in/v), /NOTE: stand-in for neo4j-admin, no real Neo4j/v);
	t.is(await kubectl('get', 'neo4jbackup', name, '-n', 'neo4j', '-o', 'jsonpath={.status.phase}'), 'Running');
	faults = {};
	await kubectl('delete', 'pod', '-n', 'neo4j', '-l', `neo4j.com/backup=${name}`, '--wait=false');
	await settled();
	const {status: succeeded} = await backup(name);
	t.is(succeeded?.phase, 'Completed');
	t.regex(await kubectl(...logs), /Finished artifact creation 'mydb-[^']+\.backup'/v);
	const success = await kubectl('get', 'neo4jbackup', name, '-n', 'neo4j', '-o', 'jsonpath={.status.lastSuccessTime}');
	t.regex(success, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/v);
	t.is(succeeded?.lastSuccessTime, success);

	faults = {fail: ['mydb']};
	clock.advance(60_000);
	await kubectl('annotate', 'neo4jbackup', name, '-n', 'neo4j', 'neo4j.com/run-now=again');
	await settled();
	const watched = await watch.says(/Failed/v);
	const phases = [...watched.matchAll(/Suspended|Waiting|Running|Completed|Failed/gv)].map(([phase]) => phase);
	t.deepEqual(phases.filter((phase, index) => phase !== phases[index - 1]), ['Suspended', 'Running', 'Completed', 'Running', 'Failed']);
	t.is(await kubectl('get', 'neo4jbackup', name, '-n', 'neo4j', '-o', 'jsonpath={.status.phase}'), 'Failed');
	t.is(await kubectl('get', 'neo4jbackup', name, '-n', 'neo4j', '-o', 'jsonpath={.status.lastSuccessTime}'), success);

	const description = await kubectl('describe', 'neo4jbackup', name, '-n', 'neo4j');
	t.regex(description, /^Status:$/mv);
	t.regex(description, /^ {2}Conditions:$/mv);
	t.regex(description, /^ {4}Type: +Ready$/mv);
	const {status} = await backup(name);
	const [failed] = status!.history!;
	const events = description.slice(description.indexOf('\nEvents:')).split('\n').map(line => /^ +(?<type>Normal|Warning) +(?<reason>\w+) /v.exec(line)?.groups).filter(event => event !== undefined).map(({type, reason}) => `${type} ${reason}`);
	const about = events.filter(event => !event.endsWith('ChainStarted'));
	t.deepEqual(about.toSorted(), ['Normal BackupStarted', 'Normal BackupStarted', 'Normal BackupSucceeded', `Warning ${failed!.reason}`]);
});
