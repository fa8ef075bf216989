import test from 'ava';
import {backupManifest, bucket, startScenario} from '#test/functions/scenario.ts';
import {installChart} from '#test/shared/neo4j/helm-chart.ts';

const releases = ['server-1', 'server-2', 'server-3'];

test('a cluster of the Helm chart is backed up by its name, with one of its servers down, and comes by itself once a server is Ready', async t => {
	const backupAddresses = releases.map(release => `${release}-admin.neo4j.svc.cluster.local:6362`);
	const {apply, backup, minutes, s3, dbms, runtime: {kube}} = await startScenario(t, {
		addresses: {backup: backupAddresses, bolt: releases.map(release => `${release}.neo4j.svc.cluster.local:7687`)},
	});
	await apply(backupManifest(s3, {target: {kind: 'Cluster', name: 'graph'}}));
	const before = await backup('daily-cluster-backup');
	t.like(before.status, {phase: 'Waiting'});
	t.regex(before.status?.message ?? '', /no Neo4j of that name from the Helm chart/v);

	await dbms.setUnreachable(backupAddresses[0]!);
	for (const release of releases) {
		await installChart(kube, {
			name: 'graph', release, namespace: 'neo4j', minimumClusterSize: 3, image: 'neo4j:2025.12.0-enterprise',
		}, release === 'server-1' ? 0 : 1);
	}

	await minutes(1);
	const {status} = await backup('daily-cluster-backup');
	t.like(status, {phase: 'Completed'});
	t.deepEqual(status?.history?.[0]?.requested, ['mydb', 'neo4j', 'system']);
	t.deepEqual(s3.objects(bucket, 'daily/').map(({key}) => key.replace(/-2026.*/v, '')).filter(key => !key.includes('.neo4j-backup')).toSorted(), ['daily/mydb', 'daily/neo4j', 'daily/system']);
});

test('a Neo4j of the Helm chart is backed up by the name of its release, also where neo4j.name is another: all of its databases, or one', async t => {
	const {apply, backup, s3, runtime: {kube}} = await startScenario(t, {
		addresses: {backup: ['sales-admin.neo4j.svc.cluster.local:6362'], bolt: ['sales.neo4j.svc.cluster.local:7687']},
	});
	await installChart(kube, {
		name: 'graph', release: 'sales', namespace: 'neo4j', image: 'neo4j:2025.12.0-enterprise',
	});
	const wanted = [
		{cr: 'all', target: {kind: 'Cluster', name: 'sales'}, databases: ['mydb', 'neo4j', 'system']},
		{cr: 'one', target: {kind: 'Database', name: 'mydb', clusterRef: 'sales'}, databases: ['mydb']},
	];
	for (const {cr, target, databases} of wanted) {
		const manifest = backupManifest(s3, {target}, cr);
		const {storage} = manifest['spec'] as {readonly storage: Readonly<Record<string, unknown>>};
		await apply({...manifest, spec: {target, storage: {...storage, path: `${cr}/`}}});
		const {status} = await backup(cr);
		t.like(status, {phase: 'Completed', history: {length: 1}});
		t.like(status?.history?.[0]?.target, {kind: 'HelmRelease', name: 'graph'});
		t.deepEqual(s3.objects(bucket, `${cr}/`).map(({key}) => key.slice(cr.length + 1).replace(/-2026.*/v, '')).filter(key => !key.includes('.neo4j-backup')).toSorted(), databases);
	}
});
