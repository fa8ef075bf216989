import {type ExecutionContext} from 'ava';
import neo4j from 'neo4j-driver';
import {
	backupManifest, startScenario, type Scenario, type ScenarioOptions,
} from './scenario.ts';
import {restoreApiVersion} from '#shared/api/group.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';
import {type StatefulSet} from '#shared/neo4j/target-object.ts';
import {type Neo4jRestore} from '#shared/restore/status.ts';

/**
A scenario in which databases are restored.
*/
export type Stage = Scenario & {
	/** How many nodes a database has, asked of the servers over Bolt. */
	readonly nodes: (database: string) => Promise<number>;
	readonly restore: (name: string) => Promise<Neo4jRestore>;
	/** Minutes until the restore has ended, at most so many. */
	readonly ended: (name: string, most?: number) => Promise<Neo4jRestore>;
	readonly statefulSet: () => Promise<StatefulSet>;
};

/**
A target of one server.
*/
export const standalone = {kind: 'Neo4jEnterpriseStandalone', name: 'production-cluster', servers: 1} as const;

/**
The whole system with a target whose servers are Pods with claims.
*/
export const startStage = async (t: ExecutionContext, options: ScenarioOptions = {}): Promise<Stage> => {
	const scenario = await startScenario(t, {pods: true, ...options});
	const {runtime: {kube}, dbms, minutes} = scenario;
	const isStandalone = options.target?.kind === 'Neo4jEnterpriseStandalone';
	const restore = async (name: string) => (await kube.get<Neo4jRestore>({
		apiVersion: restoreApiVersion, kind: 'Neo4jRestore', namespace: 'neo4j', name,
	}))!;
	return {
		...scenario,
		restore,
		async nodes(database) {
			const driver = neo4j.driver(dbms.boltUrl, neo4j.auth.basic('neo4j', 'a-long-password'), {disableLosslessIntegers: true});
			try {
				const {records} = await driver.executeQuery('MATCH (n) RETURN count(n)', {}, {database});
				return records[0]!.get(0) as number;
			} finally {
				await driver.close();
			}
		},
		async ended(name, most = 15) {
			for (let minute = 0; minute < most; minute++) {
				const {status} = await restore(name);
				if (status?.completionTime !== undefined) {
					break;
				}

				await minutes(1);
			}

			return restore(name);
		},
		statefulSet: async () => (await kube.get<StatefulSet>({
			apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'neo4j', name: isStandalone ? 'production-cluster' : 'production-cluster-server',
		}))!,
	};
};

/**
A restore of `mydb` from the Neo4jBackup of `backupManifest`, changed as a test needs it.
*/
export const restoreManifest = (spec: Readonly<Record<string, unknown>> = {}, name = 'back'): Manifest => ({
	apiVersion: restoreApiVersion,
	kind: 'Neo4jRestore',
	metadata: {name},
	spec: {
		clusterRef: 'production-cluster', databaseName: 'mydb', source: {type: 'backup', backupRef: 'daily-cluster-backup'}, ...spec,
	},
});

/**
A target with three nodes in the backup of `mydb`, and ten now.
*/
export const backedUp = async (t: ExecutionContext, options: ScenarioOptions = {}, spec: Readonly<Record<string, unknown>> = {}): Promise<Stage> => {
	const stage = await startStage(t, options);
	stage.dbms.write('mydb', 3);
	await stage.apply(backupManifest(stage.s3, spec));
	const {status} = await stage.backup('daily-cluster-backup');
	t.is(status?.phase, 'Completed');
	stage.dbms.write('mydb', 7);
	return stage;
};

/**
A Job by its name.
*/
export const jobOf = async ({runtime: {kube}}: Stage, name: string) => kube.get<KubeObject & {readonly spec: unknown}>({
	apiVersion: 'batch/v1', kind: 'Job', namespace: 'neo4j', name,
});
