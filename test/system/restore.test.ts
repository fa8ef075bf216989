import test, {type ExecutionContext} from 'ava';
import neo4j from 'neo4j-driver';
import {
	backupManifest, startScenario, type Scenario, type ScenarioOptions,
} from '../functions/scenario.ts';
import {restoreApiVersion} from '#shared/api/group.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';
import {type StatefulSet} from '#shared/neo4j/target-object.ts';
import {type Neo4jRestore} from '#shared/restore/status.ts';

type Stage = Scenario & {
	/** How many nodes a database has, asked of the servers over Bolt. */
	readonly nodes: (database: string) => Promise<number>;
	readonly restore: (name: string) => Promise<Neo4jRestore>;
	/** Minutes until the restore has ended, at most so many. */
	readonly ended: (name: string, most?: number) => Promise<Neo4jRestore>;
	readonly statefulSet: () => Promise<StatefulSet>;
};

const standalone = {kind: 'Neo4jEnterpriseStandalone', name: 'production-cluster', servers: 1} as const;

const startStage = async (t: ExecutionContext, options: ScenarioOptions = {}): Promise<Stage> => {
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

const restoreManifest = (spec: Readonly<Record<string, unknown>> = {}, name = 'back'): Manifest => ({
	apiVersion: restoreApiVersion,
	kind: 'Neo4jRestore',
	metadata: {name},
	spec: {
		clusterRef: 'production-cluster', databaseName: 'mydb', source: {type: 'backup', backupRef: 'daily-cluster-backup'}, ...spec,
	},
});

/** A target with three nodes in the backup of `mydb`, and ten now. */
const backedUp = async (t: ExecutionContext, options: ScenarioOptions = {}, spec: Readonly<Record<string, unknown>> = {}): Promise<Stage> => {
	const stage = await startStage(t, options);
	stage.dbms.write('mydb', 3);
	await stage.apply(backupManifest(stage.s3, spec));
	const {status} = await stage.backup('daily-cluster-backup');
	t.is(status?.phase, 'Completed');
	stage.dbms.write('mydb', 7);
	return stage;
};

const jobOf = async ({runtime: {kube}}: Stage, name: string) => kube.get<KubeObject & {readonly spec: unknown}>({
	apiVersion: 'batch/v1', kind: 'Job', namespace: 'neo4j', name,
});

for (const [what, target, stopCluster] of [['standalone', standalone, false], ['standalone', standalone, true], ['cluster', {}, false], ['cluster', {}, true]] as const) {
	test(`a database of a ${what} is what it was when it was backed up${stopCluster ? ', its servers stopped meanwhile' : ''}`, async t => {
		const stage = await backedUp(t, {target});
		t.is(await stage.nodes('mydb'), 10);
		await stage.apply(restoreManifest({force: true, stopCluster}));
		const {status, metadata} = await stage.ended('back');
		t.is(status?.phase, 'Completed', `${status?.message}`);
		t.is(await stage.nodes('mydb'), 3);
		t.deepEqual(metadata.finalizers ?? [], []);
		const {spec, metadata: {labels}} = await stage.statefulSet();
		t.is(spec?.replicas, what === 'cluster' ? 3 : 1);
		t.is(labels?.['neo4j.com/restore'], undefined);
		t.truthy(await jobOf(stage, 'back-restore'));
		t.is(status?.conditions?.find(({type}) => type === 'ClusterStopped')?.status, stopCluster ? 'True' : 'False');
	});
}
