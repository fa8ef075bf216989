import {Buffer} from 'node:buffer';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {azureOverTLS} from './azure-over-tls.ts';
import {startAzurite} from '#local/stores/azurite.ts';
import {startGcs} from '#local/stores/gcs.ts';
import {startS3} from '#local/stores/s3.ts';
import {parseAuthorities} from '#shared/stores/authorities.ts';
import {openStore} from '#shared/stores/open.ts';
import {type StoreCredentials, type StoreLocation} from '#shared/stores/store.ts';

const certificates = path.join(import.meta.dirname, '../neo4j/certificates');
const files = {cert: path.join(certificates, 'server.crt'), key: path.join(certificates, 'server.key')};
const tls = {cert: await readFile(files.cert, 'utf8'), key: await readFile(files.key, 'utf8')};
const authority = await readFile(path.join(certificates, 'ca.crt'), 'utf8');
const another = await readFile(path.join(certificates, 'other-ca.crt'), 'utf8');

type Opened = {readonly location: StoreLocation; readonly credentials: StoreCredentials};

const reaches = test.macro(async (t, start: (t: ExecutionContext) => Promise<Opened>) => {
	const {location, credentials} = await start(t);
	const open = async (authorities?: string) => {
		const store = await openStore(location, credentials, {attempts: 1, ...(authorities !== undefined && {authorities})});
		t.teardown(async () => store.close());
		return store;
	};

	for (const authorities of [undefined, another]) {
		const store = await open(authorities);
		await t.throwsAsync(async () => store.create('key', 'text'), {
			name: 'StoreError', code: 'CertificateNotTrusted', message: /not signed by an authority that is known here; .* in storage\.cloud\.caBundleSecretRef/v,
		});
	}

	const store = await open(`${another}${authority}`);
	t.true(await store.create('key', 'text'));
	t.is(new TextDecoder().decode(await store.read('key')), 'text');
	t.deepEqual(await store.delete(['key']), []);
});

test('S3 behind a private authority', reaches, async t => {
	const accessKey = {accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret'};
	const s3 = await startS3({buckets: ['backups'], credentials: accessKey, tls});
	t.teardown(s3.stop);
	return {
		location: {
			type: 's3', bucket: 'backups', path: 'daily', endpointURL: s3.endpoint, forcePathStyle: true,
		}, credentials: {AWS_ACCESS_KEY_ID: accessKey.accessKeyId, AWS_SECRET_ACCESS_KEY: accessKey.secretAccessKey, AWS_REGION: 'us-east-1'},
	};
});

test('Google Cloud Storage behind a private authority, its tokens too', reaches, async t => {
	const gcs = await startGcs({buckets: ['backups'], tls});
	t.teardown(gcs.stop);
	return {
		location: {
			type: 'gcs', bucket: 'backups', path: 'daily', endpointURL: gcs.endpoint,
		}, credentials: {GOOGLE_APPLICATION_CREDENTIALS_JSON: gcs.serviceAccount},
	};
});

test('Azure behind a private authority', reaches, async t => {
	const [account, key] = ['backupaccount', Buffer.from('a key').toString('base64')];
	const azurite = await startAzurite({account, key, tls: files});
	t.teardown(azurite.stop);
	await azureOverTLS(azurite.endpoint, {account, key, authority}).createContainer('backups');
	return {
		location: {
			type: 'azure', bucket: 'backups', path: 'daily', endpointURL: azurite.endpoint,
		}, credentials: {AZURE_STORAGE_ACCOUNT: account, AZURE_STORAGE_KEY: key},
	};
});

test('what stands between certificates is left out, and a text without one says so', t => {
	t.deepEqual(parseAuthorities(`first\n${authority}\nsecond\n${another}`, 'It').map(({subject}) => subject), ['CN=Test authority', 'CN=Other test authority']);
	t.throws(() => parseAuthorities('', 'The key ca.crt of Secret a'), {message: /^The key ca\.crt of Secret a holds no certificate: put those of the authorities there as PEM text/v});
	t.throws(() => parseAuthorities(`${authority}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----`, 'It'), {message: /^It: certificate 2 of 2 cannot be read: /v});
});
