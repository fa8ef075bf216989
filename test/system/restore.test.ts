import test from 'ava';
import {
	backedUp, jobOf, restoreManifest, standalone, type Stage,
} from '../functions/restore-stage.ts';
import {isControlledBy, type KubeObject} from '#shared/kube/object.ts';

type JobObject = KubeObject & {
	readonly spec: {
		readonly template: {
			readonly spec: {
				readonly initContainers: ReadonlyArray<{readonly name: string; readonly image: string; readonly command: readonly string[]; readonly args: readonly string[]}>;
				readonly volumes: ReadonlyArray<{readonly name: string; readonly persistentVolumeClaim?: {readonly claimName: string}}>;
			};
		};
	};
};

/** The uids of the servers' Pods. */
const podsOf = async ({runtime: {kube}, statefulSet}: Stage): Promise<readonly string[]> => {
	const owner = await statefulSet();
	const found: KubeObject[] = [];
	for await (const page of kube.list<KubeObject>({apiVersion: 'v1', kind: 'Pod', namespace: 'neo4j'})) {
		found.push(...page.filter(pod => isControlledBy(pod, owner)));
	}

	return found.map(({metadata}) => metadata.uid!).toSorted();
};

const cases = [
	['[R-005] [R-153] [R-161]', 'standalone', standalone, false, 'neo4j-data-production-cluster-0'],
	['[R-159]', 'standalone', standalone, true, 'neo4j-data-production-cluster-0'],
	['[R-004] [R-020]', 'cluster', {}, false, 'data-production-cluster-server-0'],
	['[R-021] [R-157] [R-158] [R-163]', 'cluster', {}, true, 'data-production-cluster-server-0'],
] as const;

for (const [rows, what, target, stopCluster, claim] of cases) {
	test.serial(`${rows} a database of a ${what} is what it was when it was backed up${stopCluster ? ', its servers stopped meanwhile' : ', and its servers go on running'}`, async t => {
		const stage = await backedUp(t, {target});
		t.is(await stage.nodes('mydb'), 10);
		const pods = await podsOf(stage);
		await stage.apply(restoreManifest({force: true, ...stopCluster && {stopCluster}}));
		const {status, metadata, spec} = await stage.ended('back');
		t.is(status?.phase, 'Completed', `${status?.message}`);
		t.is(spec.stopCluster, stopCluster);
		t.is(await stage.nodes('mydb'), 3);
		t.falsy(metadata.finalizers?.length);

		const statefulSet = await stage.statefulSet();
		t.is(statefulSet.spec!.replicas, what === 'cluster' ? 3 : 1);
		t.false('neo4j.com/restore' in statefulSet.metadata.labels!);
		t.is(status?.conditions?.find(({type}) => type === 'ClusterStopped')?.status, stopCluster ? 'True' : 'False');
		const podsAfter = await podsOf(stage);
		t.is(podsAfter.length, pods.length);
		t.is(podsAfter.some(uid => pods.includes(uid)), !stopCluster);

		const {spec: {template: {spec: {initContainers, volumes}}}} = await jobOf(stage, 'back-restore') as JobObject;
		const {command, args, image} = initContainers.find(({name}) => name === 'restore')!;
		t.is(image, 'neo4j:2025.12.0-enterprise');
		t.deepEqual([...command, ...args].slice(0, 4), ['neo4j-admin', 'database', 'restore', 'mydb']);
		t.is(volumes.find(({name}) => name === 'data')?.persistentVolumeClaim?.claimName, claim);

		const statements = stage.dbms.statements().map(({query}) => query).filter(query => /^(?:CYPHER 5 )?(?:STOP|START|CREATE|CALL dbms\.(?:cluster\.)?recreate)/v.test(query));
		// Events that come at once may all find it not stopped yet, and stop it.
		t.deepEqual([...new Set(statements.map(query => query.replace(/\(.*/v, '')))], ['STOP DATABASE `mydb` WAIT 15 SECONDS', what === 'cluster' ? 'CALL dbms.recreateDatabase' : 'START DATABASE `mydb`']);
	});
}
