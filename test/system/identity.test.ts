import test from 'ava';
import {
	authoritiesMap, azureEnvironment, startAzure, startGoogle, startIdentities,
} from '#test/functions/cloud-identities.ts';
import {secret, startExamples} from '#test/functions/examples.ts';
import {backupManifest, bucket, credentials} from '#test/functions/scenario.ts';

const key = secret('backup-encryption-key', {key: 'ABEiM0RVZneImaq7zN3u/wEjRWeJq83vASNFZ4mrze8='});

test('where no cloud trusts the account the run fails with what the cloud said, and the message speaks of identity and of no Secret\'s keys', async t => {
	const azure = await startAzure(t);
	const {clouds, identity} = await startIdentities(t, {trusted: false, env: azureEnvironment(azure.endpoint)});
	const gcs = await startGoogle(t, {takesToken: clouds.isGoogleToken});
	const {apply, applyExamples, edit, backup} = await startExamples(t, {
		identity, databases: ['neo4j'], accounts: clouds.temporaryKeys, storageAccount: azure.account, endpoints: store => ({s3: store.endpoint, gcs: gcs.endpoint, azure: azure.endpoint}),
	});
	await apply(authoritiesMap, key);
	const said = {'daily-cluster-backup': 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 'weekly-gcs-backup': 'Permission iam.serviceAccounts.getAccessToken denied', 'daily-azure-backup': 'AADSTS700213: No matching federated identity record'};
	for (const [name, says] of Object.entries(said)) {
		await applyExamples(name);
		await edit(name, {metadata: {annotations: {'neo4j.com/run-now': 'now'}}});
		const {status} = await backup(name);
		const [run] = status!.history!;
		t.like(run, {status: 'Failed', reason: 'CredentialsInvalid'});
		t.regex(run!.error!, /no Secret is named, and the ambient identity is not accepted; let the cloud trust the ServiceAccount, and check the role or account in identity\.autoCreate\.annotations/v);
		t.true(run!.error!.includes(says));
		t.notRegex(run!.error!, /AZURE_STORAGE_KEY|GOOGLE_APPLICATION|AWS_SECRET/v);
	}
});

test('an artifact is gathered and verified with workload identity, like everything else of a run', async t => {
	const {clouds, identity} = await startIdentities(t);
	const {apply, s3, backup} = await startExamples(t, {identity, databases: ['mydb'], accounts: clouds.temporaryKeys});
	s3.refuse({account: credentials.accessKeyId, prefix: '', code: 'AccessDenied'});
	await apply(authoritiesMap, backupManifest(s3, {
		storage: {
			type: 's3', bucket, path: 'daily', cloud: {endpointURL: s3.endpoint, forcePathStyle: true, identity: {provider: 'aws', autoCreate: {annotations: {'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/neo4j-backup-role'}}}},
		},
		options: {verify: true},
	}, 'verified'));
	const {status} = await backup('verified');
	t.like(status, {phase: 'Completed'});
	t.like(status?.history?.[0], {status: 'Succeeded', artifactCount: 2});
});
