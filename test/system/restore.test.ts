import test from 'ava';
import {
	backedUp, jobOf, restoreManifest, standalone,
} from '../functions/restore-stage.ts';

for (const [what, target, stopCluster] of [['standalone', standalone, false], ['standalone', standalone, true], ['cluster', {}, false], ['cluster', {}, true]] as const) {
	test.serial(`a database of a ${what} is what it was when it was backed up${stopCluster ? ', its servers stopped meanwhile' : ''}`, async t => {
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
