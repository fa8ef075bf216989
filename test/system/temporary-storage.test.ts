import test from 'ava';
import {
	backupManifest, startScenario, type Scenario, type ScenarioOptions,
} from '#test/functions/scenario.ts';
import {type KubeObject} from '#shared/kube/object.ts';

const name = 'daily-cluster-backup';
const claimName = `${name}-backup-temporary`;

type Claim = KubeObject & {readonly spec: {readonly storageClassName?: string; readonly accessModes: readonly string[]; readonly resources: unknown}};
type Pod = KubeObject & {readonly spec: {readonly volumes: ReadonlyArray<{readonly name: string}>}; readonly status: {readonly phase: string}};

const all = async <T extends KubeObject>({runtime: {kube}}: Scenario, kind: string): Promise<readonly T[]> => {
	const found: T[] = [];
	for await (const page of kube.list<T>({apiVersion: 'v1', kind, namespace: 'neo4j'})) {
		found.push(...page);
	}

	return found;
};

/** The whole system, and every claim that was ever there. */
const watched = async (t: Parameters<typeof startScenario>[0], options: ScenarioOptions) => {
	const scenario = await startScenario(t, options);
	const claims = new Map<string, Claim>();
	scenario.runtime.api.onChange(({object}) => {
		if (object.kind === 'PersistentVolumeClaim') {
			claims.set(object.metadata.name, object as unknown as Claim);
		}
	});
	return {...scenario, claims};
};

/** The first container of neo4j-admin is killed with a database staged. */
const killOnce = () => {
	let started = 0;
	return () => ({STAND_IN_FAULTS: JSON.stringify(started++ === 0 ? {kill: 'SIGKILL'} : {})});
};

test('[X-045] tempStorage stages on a claim of that size and class, with which each attempt begins empty, and which is gone after the run while the log of its Pods can still be read', async t => {
	const scenario = await watched(t, {neo4jEnvironment: killOnce()});
	const {apply, backup, s3, claims, logs} = scenario;
	await apply(backupManifest(s3, {options: {tempStorage: {size: '200Gi', storageClassName: 'fast'}}}));
	const {status} = await backup(name);
	t.like(status, {phase: 'Completed', history: {0: {status: 'Succeeded', artifactCount: 3}}});
	const pods = await all<Pod>(scenario, 'Pod');
	t.deepEqual(pods.map(pod => pod.status.phase).toSorted(), ['Failed', 'Succeeded'], 'one attempt was killed');
	for (const {spec: {volumes}} of pods) {
		t.deepEqual(volumes.find(volume => volume.name === 'temporary'), {name: 'temporary', persistentVolumeClaim: {claimName}} as typeof volumes[number]);
	}

	t.deepEqual([...claims.keys()], [claimName]);
	t.like(claims.get(claimName)?.spec, {storageClassName: 'fast', accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '200Gi'}}});
	t.deepEqual(await all(scenario, 'PersistentVolumeClaim'), []);
	t.regex(await logs(), /Finished artifact creation/v);
});

test('the claim of a run that fails goes with its end too', async t => {
	const scenario = await watched(t, {neo4jEnvironment: () => ({STAND_IN_FAULTS: JSON.stringify({exitCode: 1})})});
	const {apply, backup, s3, claims} = scenario;
	await apply(backupManifest(s3, {options: {tempStorage: {size: '1Gi'}}}));
	const {status} = await backup(name);
	t.is(status?.phase, 'Failed');
	t.deepEqual([...claims.keys()], [claimName]);
	t.deepEqual(await all(scenario, 'PersistentVolumeClaim'), []);
});
