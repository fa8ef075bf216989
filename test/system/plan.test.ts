import {
	mkdtemp, readFile, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {artifact, at, manifest} from '../shared/catalogue/history.ts';
import {type PlanReport} from '../../cli/plan/read-plan.ts';
import {
	backupManifest, bucket, startScenario, type Scenario,
} from '#test/functions/scenario.ts';
import {runCommandLine} from '#test/cli/command-line.ts';

const name = 'daily-cluster-backup';

test('[X-074] [X-139] plan prints what retention does with each backup and why, and touches nothing; so does a sweep in mode Plan, in the status and the directory', async t => {
	const writes: string[] = [];
	const scenario = await startScenario(t, {
		databases: ['neo4j'],
		onRequest({method, path: where}) {
			if (method !== 'GET') {
				writes.push(`${method} ${where}`);
			}
		},
	});
	const {apply, edit, runtime, s3} = scenario;
	await apply(backupManifest(s3, {schedule: '0 2 * * *', options: {backupType: 'FULL'}, retention: {maxCount: 1}}));
	await edit(name, {metadata: {annotations: {'neo4j.com/run-now': 'first'}}});
	await scenario.minutes(1);
	await edit(name, {metadata: {annotations: {'neo4j.com/run-now': 'second'}}});
	await scenario.minutes(1);

	const folder = await mkdtemp(path.join(tmpdir(), 'plan-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	const kubeconfig = path.join(folder, 'kubeconfig');
	await writeFile(kubeconfig, runtime.kubeconfig);
	const before = s3.objects(bucket).map(({key}) => key);
	writes.length = 0;

	const words = ['plan', name, '--namespace', 'neo4j', '--kubeconfig', kubeconfig];
	const json = await runCommandLine([...words, '-o', 'json']);
	t.is(json.errors, '');
	const report = JSON.parse(json.output) as PlanReport;
	const neo4j = report.artifacts.filter(({database}) => database === 'neo4j');
	t.deepEqual(neo4j.map(({verdict, type}) => `${verdict} ${type}`), ['expire FULL', 'expire FULL', 'keep FULL']);
	t.regex(neo4j[0]!.reason, /not among the 1 newest of neo4j/v);

	const table = await runCommandLine(words, {isTerminal: true});
	t.regex(table.errors, /Reading the catalogue of neo4j\/daily-cluster-backup … \d+ files?\r/v);
	t.regex(table.output, /^TAKEN +AGE +DATABASE +TYPE +SIZE +CHAIN +VERDICT +REASON$/mv);
	t.regex(table.output, /^20\d\d-\S+Z +\d+m +neo4j +FULL +\S+ +20\S+ +expires.* not among the 1 newest of neo4j$/mv);
	t.regex(table.output, /^\d+ backups? \(\S+\) kept, \d+ backups? \(\S+\) to expire and be freed$/mv);

	const page = await runCommandLine([...words, '--html', path.join(folder, 'plan.html')]);
	t.is(page.code, 0);
	t.regex(await readFile(path.join(folder, 'plan.html'), 'utf8'), /<li><a id="bar-chain-\d+" class="bar expire" href="#chain-\d+"><span class="words">neo4j, 1 backup of /v);

	t.deepEqual(writes, []);
	t.deepEqual(s3.objects(bucket).map(({key}) => key), before);

	const absent = await runCommandLine(['plan', 'nobody', '--namespace', 'neo4j', '--kubeconfig', kubeconfig], {isTerminal: true});
	t.is(absent.code, 1);
	t.regex(absent.errors, /Reading the catalogue.*there is no Neo4jBackup nobody in namespace neo4j/sv);

	await planMode(t, scenario, words);
});

/** 30 backups more, and a sweep that only plans. */
const planMode = async (t: ExecutionContext, {runtime, s3, edit, clock, minutes, backup}: Scenario, words: readonly string[]): Promise<void> => {
	const {metadata: {uid}} = (await runtime.kube.get({apiVersion: 'v1', kind: 'Namespace', name: 'kube-system'}))!;
	const many = Array.from({length: 30}, (_, day) => artifact(day, {database: 'many'}));
	for (const one of many) {
		const written = manifest((Date.parse(one.time) - at(0).getTime()) / 86_400_000, [one], {owner: {cluster: uid!, namespace: 'neo4j', name}});
		await s3.put(bucket, `daily/${one.name}`, 'x'.repeat(one.size));
		await s3.put(bucket, `daily/.neo4j-backup/runs/${written.runID}.json`, JSON.stringify(written));
	}

	const listing = () => s3.objects(bucket).map(({key, etag, modified}) => ({key, etag, modified}));
	await edit(name, {spec: {retention: {maxCount: 1, mode: 'Plan'}}});
	const before = listing();
	clock.advance(11 * 60_000);
	await minutes(12);
	const {status} = await backup(name);
	const shown = status?.retention?.plan;
	t.deepEqual([shown?.keep, shown?.expire, shown?.archive], [3, 33, 0]);
	t.is(shown?.artifacts?.length, 20);

	const records = s3.objects(bucket, 'daily/.neo4j-backup/sweeps/').filter(({key}) => !before.some(old => old.key === key));
	t.deepEqual(listing().filter(({key}) => !records.some(record => record.key === key)), before, 'nothing was touched');
	const record = JSON.parse(await readFile(records.at(-1)!.file, 'utf8')) as {mode: string; artifacts: PlanReport['artifacts']};
	t.is(record.mode, 'Plan');
	const facts = (artifacts: PlanReport['artifacts']) => artifacts.map(({name, verdict, reason}) => `${name} ${verdict} ${reason}`).toSorted();
	t.is(record.artifacts.length, 36);
	t.true(shown?.artifacts?.every(({name, verdict, reason}) => verdict === 'expire' && record.artifacts.some(one => one.name === name && one.reason === reason)));
	const {output} = await runCommandLine([...words, '-o', 'json']);
	t.deepEqual(facts((JSON.parse(output) as PlanReport).artifacts), facts(record.artifacts));
	const {output: table} = await runCommandLine(words);
	t.is(table.split('\n').filter(line => /^20\d\d-/v.test(line)).length, 36);
};
