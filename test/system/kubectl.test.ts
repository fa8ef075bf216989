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
	t.timeout(2 * 60_000);
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
	/** Waits until it is there; no longer than so many seconds, nor than the phase is one in which it may come. */
	const comes = async (what: string, look: () => Promise<boolean>, {phases, seconds = 60}: {readonly phases: readonly string[]; readonly seconds?: number}): Promise<void> => {
		const deadline = Date.now() + (seconds * 1000);
		// What is on its way needs a moment from the status to whoever shows it.
		let patience = 10;
		while (!await look()) {
			await wait(200);
			const {status} = await backup(name);
			patience -= phases.includes(status?.phase ?? '') ? 0 : 1;
			if (patience === 0 || Date.now() > deadline) {
				throw new Error(`${what} did not come. Printed by -w:\n${watch.text()}\nstatus: ${JSON.stringify(status, undefined, 2)}`);
			}
		}
	};

	t.is(await kubectl('get', 'neo4jbackup', name, '-n', 'neo4j', '-o', 'jsonpath={.status.lastSuccessTime}'), '');
	const watch = follow('get', 'neo4jbackup', name, '-n', 'neo4j', '-w');
	const watches = async (phase: string): Promise<void> => {
		await comes(`the phase ${phase} in what -w prints`, async () => watch.text().includes(phase), {phases: [phase], seconds: 20});
	};

	await watches('Suspended');

	// A first attempt hangs, and its Pod is taken away; the next one succeeds.
	await kube.patch(reference, {spec: {suspend: null}});
	await watches('Running');
	const running = ['get', 'pods', '-n', 'neo4j', '-o', 'jsonpath={.items[*].status.initContainerStatuses[?(@.name=="backup")].state.running}'];
	await comes('a container that runs neo4j-admin', async () => await kubectl(...running) !== '', {phases: ['Running']});
	const live = follow(...logs, '-f');
	await comes('the output of neo4j-admin', async () => {
		const isThere = live.text().includes('NOTE: stand-in for neo4j-admin, no real Neo4j');
		t.true(isThere || live.child.exitCode === null, 'kubectl logs -f ended before');
		return isThere;
	}, {phases: ['Running'], seconds: 20});
	t.is(await kubectl('get', 'neo4jbackup', name, '-n', 'neo4j', '-o', 'jsonpath={.status.phase}'), 'Running');
	faults = {};
	await kubectl('delete', 'pod', '-n', 'neo4j', '-l', `neo4j.com/backup=${name}`, '--wait=false');
	await comes('the success of the next Pod', async () => await kubectl('get', 'neo4jbackup', name, '-n', 'neo4j', '-o', 'jsonpath={.status.phase}') === 'Completed', {phases: ['Running']});
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
	await watches('Failed');
	const phases = [...watch.text().matchAll(/Suspended|Waiting|Running|Completed|Failed/gv)].map(([phase]) => phase);
	t.deepEqual(phases.filter((phase, index) => phase !== phases[index - 1]), ['Suspended', 'Running', 'Completed', 'Running', 'Failed']);
	t.is(await kubectl('get', 'neo4jbackup', name, '-n', 'neo4j', '-o', 'jsonpath={.status.phase}'), 'Failed');
	t.is(await kubectl('get', 'neo4jbackup', name, '-n', 'neo4j', '-o', 'jsonpath={.status.lastSuccessTime}'), success);
	// Of the latest Job, and of no other.
	const latest = await kubectl(...logs);
	t.regex(latest, /Backup of database 'mydb' failed/v);
	t.notRegex(latest, /Finished artifact creation/v);

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
