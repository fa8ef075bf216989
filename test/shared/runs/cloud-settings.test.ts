import test from 'ava';
import {cloudSettings} from '#shared/runs/cloud-settings.ts';
import {normalisePath, storeLocation} from '#shared/runs/location.ts';

test('the provider of one block and the identity of the other are both effective', t => {
	const identity = {provider: 'aws' as const, autoCreate: {enabled: true, annotations: {'eks.amazonaws.com/role-arn': 'arn'}}};
	t.deepEqual(cloudSettings({storage: {type: 's3', bucket: 'b', cloud: {provider: 'aws', endpointURL: 'http://minio'}}, cloud: {provider: 'aws', identity}}), {provider: 'aws', endpointURL: 'http://minio', identity});
});

test('storage.cloud comes first where both say something', t => {
	t.is(cloudSettings({storage: {type: 's3', cloud: {credentialsSecretRef: 'one'}}, cloud: {credentialsSecretRef: 'other'}}).credentialsSecretRef, 'one');
});

for (const [type, provider] of [['s3', 'aws'], ['gcs', 'gcp'], ['azure', 'azure'], ['pvc', undefined]] as const) {
	test(`the provider of ${type} follows from its type`, t => {
		t.is(cloudSettings({storage: {type}}).provider, provider);
	});
}

for (const path of ['daily', 'daily/', '/daily/', '//daily//']) {
	test(`the path ${path} is the directory daily`, t => {
		t.is(normalisePath(path), 'daily');
		t.is(storeLocation({storage: {type: 's3', bucket: 'b', path}}).path, 'daily');
	});
}
