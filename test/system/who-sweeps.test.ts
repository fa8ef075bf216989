import {mkdir, readdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {artifact, manifest, start} from '../shared/catalogue/history.ts';
import {authoritiesMap, role, startIdentities} from '#test/functions/cloud-identities.ts';
import {postByHand} from '#test/functions/collected-events.ts';
import {bucket, credentials, startScenario} from '#test/functions/scenario.ts';
import {clusterUID} from '#shared/kube/cluster-uid.ts';
import {type KubeObject} from '#shared/kube/object.ts';

type Job = KubeObject & {readonly spec: {readonly template: {readonly spec: {readonly serviceAccountName: string}}}};

const account = 'neo4j-backup-sa';

test('[X-085] a bucket is swept by the function with the Secret; a claim, and a bucket that only an account may open, by a Job under the account of the CR', async t => {
	const {clouds, identity} = await startIdentities(t);
	let asked: Array<{operation: string; account: string}> = [];
	const scenario = await startScenario(t, {
		identity,
		accounts: clouds.temporaryKeys,
		start: new Date(Date.now() - 60_000).toISOString(),
		graceMs: 1,
		onStore({operation, account: who}) {
			asked.push({operation, account: who});
		},
	});
	const {apply, backup, clock, runtime, s3} = scenario;
	const jobs = new Map<string, Job>();
	t.teardown(runtime.api.onChange(({object}) => {
		const found = object as unknown as Job;
		if (found.kind === 'Job') {
			jobs.set(found.metadata.name, found);
		}
	}));
	const cloud = {provider: 'aws', endpointURL: s3.endpoint, forcePathStyle: true};
	const places = {
		'by-secret': {
			type: 's3', bucket, path: 'by-secret', cloud: {...cloud, credentialsSecretRef: 'aws-backup-credentials'},
		},
		'by-identity': {
			type: 's3', bucket, path: 'by-identity', cloud: {...cloud, identity: {provider: 'aws', serviceAccount: account}},
		},
		'by-claim': {type: 'pvc', path: 'by-claim', pvc: {name: 'backup-storage'}},
	};
	await apply(authoritiesMap, {
		apiVersion: 'v1', kind: 'ServiceAccount', metadata: {name: account, annotations: {'eks.amazonaws.com/role-arn': role}},
	}, {
		apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: {name: 'backup-storage'}, spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}},
	});
	const claim = runtime.node.claimFolder('neo4j', 'backup-storage');
	const put = async (name: string, key: string, body: string) => {
		if (name === 'by-claim') {
			await mkdir(path.dirname(path.join(claim, name, key)), {recursive: true});
			await writeFile(path.join(claim, name, key), body);
		} else {
			await s3.put(bucket, `${name}/${key}`, body);
		}
	};

	const files = async (name: string) => {
		const names = name === 'by-claim' ? await readdir(path.join(claim, name)) : s3.objects(bucket, `${name}/`).map(({key}) => key.slice(name.length + 1));
		return names.filter(file => file.endsWith('.backup'));
	};

	const today = (clock.now().getTime() - start) / 86_400_000;
	for (const [name, storage] of Object.entries(places)) {
		const owner = {cluster: await clusterUID(runtime.kube), namespace: 'neo4j', name};
		await put(name, '.neo4j-backup/owner.json', JSON.stringify({version: 1, ...owner, claimedAt: clock.now().toISOString()}));
		await put(name, '.neo4j-backup/version.json', JSON.stringify({version: 1}));
		const fulls = [3, 2, 1].map(days => artifact(today - days));
		for (const one of fulls) {
			const written = manifest((Date.parse(one.time) - start) / 86_400_000, [one], {owner});
			await put(name, one.name, 'x'.repeat(one.size));
			await put(name, `.neo4j-backup/runs/${written.runID}.json`, JSON.stringify(written));
		}

		await apply({
			apiVersion: 'neo4j.neo4j.com/v1alpha1',
			kind: 'Neo4jBackup',
			metadata: {name},
			spec: {
				target: {kind: 'Cluster', name: 'production-cluster'}, storage, suspend: true, retention: {maxCount: 1},
			},
		});
		asked = [];
		for (let sweep = 0; sweep < 2; sweep++) {
			await postByHand(scenario, {type: 'com.neo4j.reconcile.requested.v1', name, handler: 'retention-sweep'});
			clock.advance(1000);
		}

		const {status} = await backup(name);
		t.like(status?.retention, {kept: 1, expired: 2}, `of ${name}`);
		t.is(status?.conditions?.find(({type}) => type === 'RetentionEnforced')?.status, 'True', `of ${name}`);
		t.deepEqual(await files(name), [fulls.at(-1)!.name]);
		t.is(asked.filter(({operation}) => operation === 'DeleteObjects').length, name === 'by-claim' ? 0 : 1);
		t.true(asked.every(({account: who}) => (who === credentials.accessKeyId) === (name === 'by-secret')), `${name}: only the role of the account is trusted, and only by its Pods`);
	}

	const swept = [...jobs.values()].map(({metadata, spec}) => `${metadata.labels!['neo4j.com/backup']} ${metadata.labels!['app.kubernetes.io/component']} ${spec.template.spec.serviceAccountName}`);
	t.deepEqual(swept.toSorted(), ['by-claim', 'by-claim', 'by-identity', 'by-identity'].map(name => `${name} sweep ${account}`));
	t.is(jobs.size, 4);
});
