import path from 'node:path';
import {type ExecutionContext} from 'ava';
import {createCalendar} from './calendar.ts';
import {type JobObject} from './launch-backup/desk.ts';
import {startScenario, type ScenarioOptions} from './scenario.ts';
import {readManifests} from '#local/manifests.ts';
import {applyTarget, backupAddresses, type TargetOptions} from '#local/neo4j/target.ts';
import {type Manifest} from '#shared/kube/object.ts';

const folder = path.join(import.meta.dirname, '../../examples/neo4jbackup');

const targetOf = (name: string): TargetOptions => ({
	kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name, servers: 3, version: '2025.12.0', password: 'a-long-password',
});

/** The clusters that the examples speak of, which share one stand-in of a DBMS. */
const targets = ['production-cluster', 'production-cluster-2025', 'analytics-cluster', 'enterprise-cluster'].map(name => targetOf(name));

/**
The whole system with the clusters of the examples, and a clock that goes where a test wants it.
*/
export const startExamples = async (t: ExecutionContext, options: ScenarioOptions) => {
	const scenario = await startScenario(t, {
		addresses: {backup: targets.flatMap(target => backupAddresses(target)), bolt: targets.map(({name, namespace}) => `${name}-client.${namespace}.svc.cluster.local:7687`)}, ...options,
	});
	const {runtime, apply, backup, jobs} = scenario;
	for (const target of targets.slice(1)) {
		await applyTarget(runtime.kube, target);
	}

	return {
		...scenario,
		...createCalendar(scenario),
		/** Applies example manifests as they are, and says what their CRs are then. */
		async applyExamples(...names: readonly string[]) {
			const manifests = await Promise.all(names.map(async name => readManifests(path.join(folder, `${name}.yaml`))));
			await apply(...manifests.flat());
			const found = await Promise.all(names.map(async name => backup(name)));
			return found.map(({status}) => `${status?.phase} ${status?.nextRunTime}`);
		},
		async jobOf(name: string) {
			const all = await jobs();
			return all.findLast(({metadata}) => metadata.labels?.['neo4j.com/backup'] === name) as JobObject;
		},
		async runsOf(name: string) {
			const {status} = await backup(name);
			return status?.history?.map(run => `${run.scheduledTime} ${run.backupType} ${run.status}`);
		},
	};
};

/**
Databases that have an artifact, once for each, by keys below a folder.
*/
export const databasesIn = (keys: readonly string[]): readonly string[] => keys.filter(key => key.endsWith('.backup')).map(key => key.replace(/^.*\//v, '').replace(/-\d{4}-\d{2}-.*$/v, '')).toSorted();

export const secret = (name: string, stringData: Readonly<Record<string, string>>): Manifest => ({
	apiVersion: 'v1', kind: 'Secret', metadata: {name}, stringData,
});

