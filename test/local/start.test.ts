import {once} from 'node:events';
import {
	mkdtemp, rm, stat, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {hasKubectl, run, start} from './programs.ts';

const root = path.join(import.meta.dirname, '../..');
const withKubectl = hasKubectl ? test : test.skip;

withKubectl('[X-143] npm start gives a system in which kubectl can get, describe, apply, edit, follow and watch, and each command that it prints works as printed', async t => {
	t.timeout(5 * 60_000);
	const folder = await mkdtemp(path.join(tmpdir(), 'start-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const {child, says} = start(t, process.execPath, ['local/main.ts'], {cwd: root, env: {...process.env, TMPDIR: folder}});
	const text = await says(/Ctrl-C ends everything/v);
	const [kubeconfig, ...commands] = [...text.matchAll(/^ {2}(?<command>export KUBECONFIG=.*|kubectl .*)$/gmv)].map(match => match.groups!['command']!);
	t.deepEqual(commands.map(command => command.split(' ')[1]), ['get', 'describe', 'logs', 'annotate']);
	const env = {
		...process.env, HOME: folder, TMPDIR: folder, KUBE_EDITOR: `node ${folder}/editor.mjs`,
	};
	const shell = async (command: string) => run('bash', ['-c', `${kubeconfig}\n${command}`], {env});
	const [watch, describe, logs, annotate] = commands as [string, string, string, string];
	t.regex(await shell(annotate), /annotated/v);
	t.regex(await shell(`timeout 120 ${watch} | grep -m1 Running`), /^quickstart +production-cluster .*Running/mv);
	t.regex(await shell(describe), /Normal +BackupStarted/v);
	await says(/^\S+ +done /mv);
	t.regex(await shell(logs), /stand-in for neo4j-admin/v);
	t.regex(await shell(annotate), /annotated/v);

	await writeFile(path.join(folder, 'editor.mjs'), 'import {readFileSync, writeFileSync} from "node:fs"; const [,, file] = process.argv; writeFileSync(file, readFileSync(file, "utf8").replace("maxCount: 2", "maxCount: 3"));');
	t.regex(await shell('kubectl edit neo4jbackup quickstart -n neo4j'), /edited/v);
	t.is(await shell('kubectl get neo4jbackup quickstart -n neo4j -o jsonpath={.spec.retention.maxCount}'), '3');
	await writeFile(path.join(folder, 'suspended.yaml'), 'apiVersion: neo4j.neo4j.com/v1alpha1\nkind: Neo4jBackup\nmetadata: {name: quickstart, namespace: neo4j}\nspec: {suspend: true, target: {kind: Cluster, name: production-cluster}, storage: {type: s3, bucket: neo4j-backups, path: quickstart/}}\n');
	t.regex(await shell(`kubectl apply -f ${folder}/suspended.yaml`), /configured/v);
	t.is(await shell('kubectl get neo4jbackup quickstart -n neo4j -o jsonpath={.spec.suspend}'), 'true');

	child.kill('SIGINT');
	const [code] = child.exitCode === null ? await once(child, 'exit') as [number | undefined] : [child.exitCode];
	t.is(code, 0);
	await t.throwsAsync(stat(kubeconfig!.replace('export KUBECONFIG=', '')), {code: 'ENOENT'}, 'nothing is left');
});
