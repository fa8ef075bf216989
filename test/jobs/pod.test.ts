import test from 'ava';
import {podCredentials} from '#jobs/pod.ts';

const cases: ReadonlyArray<readonly [string, NodeJS.ProcessEnv, Record<string, string>]> = [
	['keys of a Secret are taken, with the region beside them', {
		AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key', AWS_REGION: 'eu', PATH: '/bin',
	}, {AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key', AWS_REGION: 'eu'}],
	['what the identity webhook of Amazon sets is no Secret', {AWS_REGION: 'eu', AWS_ROLE_ARN: 'arn', AWS_WEB_IDENTITY_TOKEN_FILE: '/token'}, {}],
	['what the identity webhook of Azure sets is no Secret', {AZURE_CLIENT_ID: 'id', AZURE_TENANT_ID: 'tenant', AZURE_FEDERATED_TOKEN_FILE: '/token'}, {}],
	['an account key is one', {AZURE_STORAGE_ACCOUNT: 'account', AZURE_STORAGE_KEY: 'key'}, {AZURE_STORAGE_ACCOUNT: 'account', AZURE_STORAGE_KEY: 'key'}],
	['a key file of Google is one', {GOOGLE_APPLICATION_CREDENTIALS_JSON: '{}'}, {GOOGLE_APPLICATION_CREDENTIALS_JSON: '{}'}],
];

for (const [title, environment, expected] of cases) {
	test(title, t => {
		t.deepEqual(podCredentials(environment), expected);
	});
}
