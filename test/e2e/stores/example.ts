import {
	mkdtemp, readFile, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import {run} from './run.ts';
import {parseManifests} from '#local/manifests.ts';
import {type Manifest} from '#shared/kube/object.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {startScenario} from '#test/functions/scenario.ts';

export type Example = {
	/** File in `examples/neo4jbackup`. */
	readonly file: string;
	/** The command of the guide that makes its Secret, for a shell. */
	readonly command: string;
	/** Files that the command reads. */
	readonly files?: Readonly<Record<string, string>>;
	/** Where its store is, in place of the provider's own endpoint, which nothing here reaches. */
	readonly endpointURL: string;
};

/**
Makes the Secret of an example by the guide's own command, applies the example as it is but for the endpoint, asks for a run, and answers what became of it.
*/
export const runExample = async (t: ExecutionContext, {file, command, files = {}, endpointURL}: Example): Promise<Neo4jBackup['status']> => {
	const manifest = parseManifests(await readFile(new URL(`../../../examples/neo4jbackup/${file}`, import.meta.url), 'utf8'))[0] as Manifest & {readonly spec: Neo4jBackup['spec']};
	const {spec, metadata} = manifest;
	const {runtime, apply, edit, backup} = await startScenario(t, {start: new Date().toISOString(), databases: ['neo4j'], target: {name: spec.target.name}});
	await runtime.kube.delete({
		apiVersion: 'v1', kind: 'Secret', namespace: 'neo4j', name: 'aws-backup-credentials',
	});
	const folder = await mkdtemp(path.join(tmpdir(), 'example-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	for (const [name, text] of Object.entries({...files, kubeconfig: runtime.kubeconfig})) {
		await writeFile(path.join(folder, name), text);
	}

	await run(['bash', '-c', `cd "$0" && ${command} --namespace neo4j`, folder], {KUBECONFIG: path.join(folder, 'kubeconfig')});
	const storage = {...spec.storage, cloud: {...spec.storage.cloud, endpointURL}};
	await apply({...manifest, spec: {...spec, storage}});
	await edit(metadata.name, {metadata: {annotations: {'neo4j.com/run-now': 'first'}}});
	const {status} = await backup(metadata.name);
	return status;
};
