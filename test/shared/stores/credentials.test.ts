import {generateKeyPairSync} from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import {checkCredentials, requiredKeys} from '#shared/stores/credentials.ts';
import {type StoreLocation} from '#shared/stores/store.ts';

const privateKey = generateKeyPairSync('ed25519').privateKey.export({type: 'pkcs8', format: 'pem'}).toString();
const serviceAccount = {type: 'service_account', client_email: 'a@b', private_key: privateKey};
const ofGcs = (account: unknown) => ({GOOGLE_APPLICATION_CREDENTIALS_JSON: typeof account === 'string' ? account : JSON.stringify(account)});
const aws = {AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret', AWS_DEFAULT_REGION: 'eu-central-1'};
const azure = {AZURE_STORAGE_ACCOUNT: 'acc', AZURE_STORAGE_KEY: 'YSBrZXk='};

const suffices = test.macro((t, type: StoreLocation['type'], data: Readonly<Record<string, string>>) => {
	t.is(checkCredentials(type, 'keys', data), undefined);
});

test('AWS: the three keys', suffices, 's3', aws);
test('AWS: the region under its other name', suffices, 's3', {...aws, AWS_DEFAULT_REGION: '', AWS_REGION: 'eu-central-1'});
test('AWS: a session token and strange keys beside them', suffices, 's3', {...aws, AWS_SESSION_TOKEN: 'token', other: ''});
test('Google: the key file of a service account', suffices, 'gcs', ofGcs(serviceAccount));
test('Google: with white space around, as a shell may leave it', suffices, 'gcs', ofGcs(`\n${JSON.stringify(serviceAccount, undefined, '  ')}\n`));
test('Azure: account and key', suffices, 'azure', azure);
test('Azure: a key with a line end, as a shell may leave it', suffices, 'azure', {...azure, AZURE_STORAGE_KEY: 'YSBrZXk=\n'});
test('Azure: an application in place of the key', suffices, 'azure', {
	AZURE_STORAGE_ACCOUNT: 'acc', AZURE_CLIENT_ID: 'a', AZURE_TENANT_ID: 'b', AZURE_CLIENT_SECRET: 'c',
});
test('a claim needs none', suffices, 'pvc', {});

const lacks = test.macro((t, type: StoreLocation['type'], data: Readonly<Record<string, string>>, ...names: readonly string[]) => {
	const problem = checkCredentials(type, 'keys', data) ?? '';
	for (const name of ['Secret keys', ...names]) {
		t.true(problem.includes(name), `${problem} names ${name}`);
	}
});

for (const [type, data] of [['s3', aws], ['azure', azure], ['gcs', ofGcs(serviceAccount)]] as const) {
	for (const spellings of requiredKeys(type)) {
		const [key = ''] = spellings;
		const without = Object.fromEntries(Object.entries(data).filter(([name]) => name !== key));
		test(`${key} is missing`, lacks, type, without, `lacks the key ${key}`);
		test(`${key} is empty`, lacks, type, {...data, [key]: ' \n'}, `The key ${key}`, 'is empty');
	}
}

test('a missing region is named by both its spellings', lacks, 's3', {AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret'}, 'AWS_DEFAULT_REGION (or AWS_REGION)');
test('half an application does not stand in for a key', lacks, 'azure', {AZURE_STORAGE_ACCOUNT: 'acc', AZURE_CLIENT_ID: 'a', AZURE_TENANT_ID: 'b'}, 'AZURE_STORAGE_KEY');
test('an Azure key that is no Base64', lacks, 'azure', {...azure, AZURE_STORAGE_KEY: 'not base64!'}, 'AZURE_STORAGE_KEY', 'Base64');
test('a key file that is no JSON', lacks, 'gcs', ofGcs('/path/to/key.json'), 'GOOGLE_APPLICATION_CREDENTIALS_JSON', 'not a JSON object');
test('a key file that is Base64 of itself', lacks, 'gcs', ofGcs('eyJ0eXBlIjoic2VydmljZV9hY2NvdW50In0='), 'not Base64');
test('a key file that is a list', lacks, 'gcs', ofGcs([]), 'not a JSON object');
test('a key file of another type', lacks, 'gcs', ofGcs({type: 'external_account', token_url: 'http://elsewhere'}), 'service_account');
test('a key file without its private key', lacks, 'gcs', ofGcs({...serviceAccount, private_key: ''}), '"private_key"');
test('a key file without its account', lacks, 'gcs', ofGcs({type: 'service_account', private_key: privateKey}), '"client_email"');
test('a key file whose line breaks are lost', lacks, 'gcs', ofGcs({...serviceAccount, private_key: privateKey.replaceAll('\n', '')}), 'line breaks');

test('no sentence holds a value', t => {
	const secret = fc.string({minLength: 12, unit: fc.constantFrom(...'abcXYZ019+/=!')});
	fc.assert(fc.property(secret, fc.constantFrom('s3', 'gcs', 'azure'), (value, type) => {
		const data = Object.fromEntries(requiredKeys(type).flat().map((key, index) => [key, index === 0 ? value : '']));
		t.false((checkCredentials(type, 'keys', data) ?? '').includes(value));
		t.false((checkCredentials('gcs', 'keys', ofGcs({...serviceAccount, private_key: value})) ?? '').includes(value));
	}));
});
