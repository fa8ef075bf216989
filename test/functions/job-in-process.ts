import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {openPod, type Pod as OpenPod} from '../../jobs/pod.ts';
import {prepare} from '../../jobs/prepare/prepare.ts';
import {report} from '../../jobs/report/report.ts';
import {type JobEnd} from './job-ends.ts';
import {type Scenario} from './scenario.ts';
import {runProgram} from '#local/neo4j/admin/program.ts';
import {parseVersion} from '#local/neo4j/admin/version.ts';
import {neo4jImage} from '#local/neo4j/image.ts';
import {containerEnvironment} from '#local/node/environment.ts';
import {expand} from '#local/node/expand.ts';
import {type Folders} from '#local/node/folders.ts';
import {createLookups, type Lookups} from '#local/node/lookups.ts';
import {rewritePaths} from '#local/node/mount-paths.ts';
import {mountsOf, prepareVolumes} from '#local/node/volumes.ts';
import {type Pod} from '#local/node/workloads.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {parseBackupOutput} from '#shared/neo4j/backup-output.ts';
import {runFiles} from '#shared/runs/run-spec.ts';

export type Workshop = {
	/** Where the volumes of the Pods and the claims lie. */
	readonly folders: Folders;
	/** Neo4j's version, as `2025.12.0`. */
	readonly version: string;
};

/**
Does in this process what the containers of a backup Job do, and answers how the Job ends. Environment, volumes and command lines are those of the Job, laid out as the node does it; the steps of our own image and the stand-in for neo4j-admin are called as functions. What the constant scripts do around neo4j-admin is done here for a first attempt that neither verifies nor encrypts. It takes a fraction of the time of a Job with processes, for scenarios of very many runs. For claims only: the clients of clouds in neo4j-admin find their credentials in the environment of a process of their own.
*/
export const runJobInProcess = async (scenario: Scenario, job: KubeObject, workshop: Workshop): Promise<Pick<JobEnd, 'summary' | 'exitCode'>> => {
	const containers = await layOut(scenario, job, workshop);
	await own(await containers('prepare'), prepare);

	const backup = await containers('backup');
	const at = (file: string) => path.join(backup.environment['RUN_FOLDER']!, file);
	const {exitCode, outputs} = await admin(backup, scenario, workshop);
	await writeFile(at(runFiles.log), outputs);
	await writeFile(at(runFiles.exitCode), String(exitCode));

	const inspect = await containers('inspect');
	await mkdir(at(runFiles.inspections));
	for (const artifact of parseBackupOutput(outputs).finished) {
		const {output} = await admin({...inspect, words: ['neo4j-admin', 'backup', 'inspect', `${inspect.environment['ARTIFACTS']}${artifact}`, ...inspect.words]}, scenario, workshop);
		await writeFile(at(path.join(runFiles.inspections, artifact)), output);
	}

	const {summary, exit} = await own(await containers('report'), report);
	return {summary, exitCode: exit};
};

type Prepared = {readonly environment: Readonly<Record<string, string>>; readonly words: readonly string[]};

/** The volumes of a Job's Pod, and how to come by the environment and the command line of a container. */
const layOut = async ({runtime: {kube}}: Scenario, job: KubeObject, {folders, version}: Workshop): Promise<(name: string) => Promise<Prepared>> => {
	const {spec: {template}, metadata: {namespace, name, uid}} = job as KubeObject & {readonly spec: {readonly template: Pick<Pod, 'spec'>}};
	const pod: Pod = {
		apiVersion: 'v1', kind: 'Pod', metadata: {namespace: namespace!, name, uid: uid!}, spec: template.spec,
	};
	const lookups = createLookups(kube, namespace!);
	await prepareVolumes(pod, folders, lookups);
	return async containerName => prepareContainer(pod, containerName, {folders, lookups, version});
};

const prepareContainer = async (pod: Pod, name: string, {folders, lookups, version}: {folders: Folders; lookups: Lookups; version: string}): Promise<Prepared> => {
	const container = [...pod.spec.initContainers ?? [], ...pod.spec.containers].find(candidate => candidate.name === name)!;
	const environment = await containerEnvironment(pod, container, {image: {entrypoint: [], env: neo4jImage(version).env}, lookups});
	const mounts = await mountsOf(pod, container, folders);
	return {
		environment: Object.fromEntries(Object.entries(environment).map(([variable, value]) => [variable, rewritePaths(value, mounts)])),
		words: (container.args ?? []).map(word => rewritePaths(expand(word, environment), mounts)),
	};
};

const own = async <T>({environment}: Prepared, work: (pod: OpenPod) => Promise<T>): Promise<T> => {
	const pod = await openPod(environment);
	try {
		return await work(pod);
	} finally {
		await pod.store.close();
	}
};

type Ended = {
	readonly exitCode: number;
	readonly output: string;
	/** With what went to standard error in between. */
	readonly outputs: string;
};

const admin = async ({environment, words: [, ...argv]}: Prepared, {dbms, clock}: Scenario, {version}: Workshop): Promise<Ended> => {
	const output: string[] = [];
	const outputs: string[] = [];
	const exitCode = await runProgram(argv, {
		version: parseVersion(version),
		env: {...environment, LOCAL_HOSTS: JSON.stringify(dbms.hosts())},
		cwd: environment['RUN_FOLDER']!,
		now: clock.now,
		print(line) {
			output.push(`${line}\n`);
			outputs.push(`${line}\n`);
		},
		printError(line) {
			outputs.push(`${line}\n`);
		},
	});
	return {exitCode, output: output.join(''), outputs: outputs.join('')};
};
