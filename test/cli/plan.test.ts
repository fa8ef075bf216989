import {
	mkdtemp, readFile, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'ava';
import {backupManifest, bucket, startScenario} from '../functions/scenario.ts';
import {type PlanReport} from '../../cli/plan/read-plan.ts';
import {runCommandLine} from './command-line.ts';

test('[X-139] plan prints what retention does with each backup and why, and touches nothing', async t => {
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
	const name = 'daily-cluster-backup';
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

	const table = await runCommandLine(words);
	t.regex(table.output, /^TAKEN +AGE +DATABASE +TYPE +SIZE +CHAIN +VERDICT +REASON$/mv);
	t.regex(table.output, /^20\d\d-\S+Z +\d+m +neo4j +FULL +\S+ +20\S+ +expires.* not among the 1 newest of neo4j$/mv);
	t.regex(table.output, /^\d+ backups? \(\S+\) kept, \d+ backups? \(\S+\) to expire$/mv);

	const page = await runCommandLine([...words, '--html', path.join(folder, 'plan.html')]);
	t.is(page.code, 0);
	t.regex(await readFile(path.join(folder, 'plan.html'), 'utf8'), /role="listitem" tabindex="0" aria-label="neo4j, 1 backup from/v);

	t.deepEqual(writes, []);
	t.deepEqual(s3.objects(bucket).map(({key}) => key), before);

	const absent = await runCommandLine(['plan', 'nobody', '--namespace', 'neo4j', '--kubeconfig', kubeconfig], {isTerminal: true});
	t.is(absent.code, 1);
	t.regex(absent.errors, /Reading the catalogue.*there is no Neo4jBackup nobody in namespace neo4j/sv);
});
