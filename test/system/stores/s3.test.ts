import {S3Client} from '@aws-sdk/client-s3';
import test from 'ava';
import {variablesOf} from '#test/functions/launch-backup/desk.ts';
import {bucket, credentials, startScenario} from '#test/functions/scenario.ts';
import {s3Flow} from '#test/functions/stores/clients.ts';
import {assertCommandLine, runFlow} from '#test/functions/stores/flow.ts';
import {startS3} from '#local/stores/s3.ts';

const region = 'eu-central-1';
const {accessKeyId, secretAccessKey} = credentials;
const keys = {AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey};

test('[B-014] [B-042] [B-070] [X-047] [X-056] [X-057] full and differential backups of one database fill one directory of an S3 bucket, and its oldest chain expires', async t => {
	const ownBucket = 'team-a-backups';
	const s3 = await startS3({buckets: [ownBucket], credentials, region});
	const client = new S3Client({
		endpoint: s3.endpoint, region, credentials, forcePathStyle: true,
	});
	t.teardown(async () => {
		client.destroy();
		await s3.stop();
	});
	const store = s3Flow(client, {endpoint: s3.endpoint, bucket: ownBucket, secret: {...keys, AWS_DEFAULT_REGION: region}});
	const flow = await runFlow(t, store);
	assertCommandLine(t, flow, store);
	t.like(variablesOf(flow.firstJob, 'backup'), {
		AWS_ACCESS_KEY_ID: 'bucket-credentials/AWS_ACCESS_KEY_ID',
		AWS_SECRET_ACCESS_KEY: 'bucket-credentials/AWS_SECRET_ACCESS_KEY',
		AWS_DEFAULT_REGION: 'bucket-credentials/AWS_DEFAULT_REGION',
	});
});

test('[B-071] the region of the Secret works with either key, and Pods get both', async t => {
	const s3 = await startS3({buckets: [bucket], credentials, region});
	t.teardown(s3.stop);
	const {apply, backup, jobs} = await startScenario(t, {databases: ['mydb']});
	for (const key of ['AWS_REGION', 'AWS_DEFAULT_REGION']) {
		const name = key.toLowerCase().replaceAll('_', '-');
		await apply({
			apiVersion: 'v1', kind: 'Secret', metadata: {name}, stringData: {...keys, [key]: region},
		}, {
			apiVersion: 'neo4j.neo4j.com/v1alpha1',
			kind: 'Neo4jBackup',
			metadata: {name},
			spec: {
				target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'},
				storage: {
					type: 's3', bucket, path: name, cloud: {
						provider: 'aws', credentialsSecretRef: name, endpointURL: s3.endpoint, forcePathStyle: true,
					},
				},
			},
		});
		const {status} = await backup(name);
		t.like(status, {phase: 'Completed'});
		t.true(s3.objects(bucket, `${name}/mydb-`).length > 0);
		const all = await jobs();
		const job = all.find(({metadata}) => metadata.name === `${name}-backup`) as Parameters<typeof variablesOf>[0];
		t.like(variablesOf(job, 'backup'), {AWS_REGION: `${name}/${key}`, AWS_DEFAULT_REGION: `${name}/${key}`});
	}
});
