import path from 'node:path';
import test from 'ava';
import {group} from '#test/functions/group-of-its-own.ts';
import {backupManifest, bucket, startScenario} from '#test/functions/scenario.ts';
import {kustomize} from '#test/knative/kustomize.ts';
import {readManifests} from '#local/manifests.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';

const root = path.join(import.meta.dirname, '../..');

const foreignKind = {apiVersion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', namespace: 'neo4j'};

/** What another operator does with every Neo4jBackup of its own group. */
const operate = async (kube: KubeClient): Promise<readonly KubeObject[]> => {
	const seen: KubeObject[] = [];
	for await (const page of kube.list(foreignKind)) {
		seen.push(...page);
	}

	for (const {metadata: {name, uid}} of seen) {
		await kube.patch({...foreignKind, name}, {metadata: {finalizers: ['neo4j.neo4j.com/backup-finalizer']}});
		await kube.create({
			apiVersion: 'batch/v1', kind: 'CronJob', metadata: {
				name: `${name}-backup-cron`, namespace: 'neo4j', ownerReferences: [{
					apiVersion: foreignKind.apiVersion, kind: foreignKind.kind, name, uid: uid!, controller: true,
				}],
			}, spec: {schedule: '0 2 * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: 'Never', containers: [{name: 'backup', image: 'neo4j'}]}}}}},
		});
	}

	return seen;
};

test('[X-151] beside a controller that acts on every Neo4jBackup of its group, ours back up, and neither touches what belongs to the other', async t => {
	const installation = await kustomize(path.join(root, 'knative/overlays/beside-operator')) as unknown as readonly Manifest[];
	const scenario = await startScenario(t, {installation});
	const {runtime: {kube}, apply, backup, minutes, s3, edit} = scenario;
	const [definition] = await readManifests(path.join(root, 'crds/neo4jbackups.yaml'));
	await kube.create({...definition!, metadata: {name: definition!.metadata.name, labels: {'app.kubernetes.io/part-of': 'neo4j-operator'}}});
	const manifest = backupManifest(s3, {schedule: '0 2 * * *', options: {backupType: 'FULL'}, retention: {maxCount: 1}});
	t.is(manifest.apiVersion, `${group}/v1alpha1`);
	await kube.create({...manifest, apiVersion: foreignKind.apiVersion, metadata: {...manifest.metadata, namespace: 'neo4j'}});
	await apply(manifest);
	const seen = await operate(kube);
	t.is(seen.length, 1, 'the other operator sees its own CR alone');

	await minutes(3);
	const {metadata, status} = await backup('daily-cluster-backup');
	t.like(status, {phase: 'Scheduled', history: [{status: 'Succeeded', scheduledTime: '2026-11-20T02:00:00Z'}]});
	t.is(metadata.finalizers, undefined);
	await edit('daily-cluster-backup', {metadata: {annotations: {'neo4j.com/run-now': 'again'}}});
	const {status: after} = await backup('daily-cluster-backup');
	t.like(after, {phase: 'Scheduled', lastRunNow: 'again'});
	t.truthy(after?.retention?.lastSweepTime);
	t.deepEqual(after?.history?.map(run => `${run.trigger} ${run.status}`), ['run-now Succeeded', 'schedule Succeeded']);
	t.deepEqual([...new Set(s3.objects(bucket, 'daily/').filter(({key}) => key.endsWith('.backup')).map(({key}) => key.replace(/-2026.*/v, '')))], ['daily/mydb', 'daily/neo4j', 'daily/system']);
	const foreign = await kube.get<Manifest>({...foreignKind, name: 'daily-cluster-backup'});
	t.is(foreign?.['status'], undefined);
	t.deepEqual(foreign?.metadata.finalizers, ['neo4j.neo4j.com/backup-finalizer']);
});
