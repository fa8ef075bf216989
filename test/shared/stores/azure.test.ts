import {Buffer} from 'node:buffer';
import {BlobServiceClient, StorageSharedKeyCredential} from '@azure/storage-blob';
import test from 'ava';
import {
	failsWith, listKeys, openAt, openDisturbed, openFresh, type StoreServer,
} from './contract/fixture.ts';
import {testStore} from './contract.ts';
import {startAzurite} from '#local/stores/azurite.ts';
import {accountOf, serviceAddress} from '#shared/stores/azure/container.ts';
import {openAzure} from '#shared/stores/azure.ts';
import {compareUnits} from '#shared/stores/keys.ts';
import {openStore} from '#shared/stores/open.ts';

const account = 'backupaccount';
const key = Buffer.from('a key that nobody must ever see in a message').toString('base64');

const start = async (): Promise<StoreServer> => {
	const azurite = await startAzurite({account, key});
	const service = new BlobServiceClient(azurite.endpoint, new StorageSharedKeyCredential(account, key));
	await service.createContainer('backups');
	return {
		endpoint: new URL(azurite.endpoint).origin,
		location: path => ({
			type: 'azure', bucket: 'backups', path, endpointURL: new URL(azurite.endpoint).origin,
		}),
		credentials: {AZURE_STORAGE_ACCOUNT: account, AZURE_STORAGE_KEY: key},
		wrongCredentials: {'a wrong key': {AZURE_STORAGE_KEY: Buffer.from('another key').toString('base64')}},
		// With the usual pages of 5,000 the contract would take too many blobs.
		async open(location, credentials, options) {
			const {timeoutMs = 20_000, attempts = 3, signal, secretName} = options ?? {};
			const limits = {timeoutMs, attempts, ...(signal && {signal})};
			return openAzure({
				location, credentials, limits, ...(secretName !== undefined && {secretName}),
			}, {partBytes: 1024 * 1024, pageSize: 5});
		},
		compare: compareUnits,
		listedObjects: 13,
		deletedKeys: 100,
		largeBytes: (2 * 1024 * 1024) + 1,
		tier: 'Archive',
		stop: azurite.stop,
	};
};

let shared: StoreServer;

test.before(async () => {
	shared = await start();
});

test.after.always(async () => {
	await shared.stop();
});

testStore(test.serial, () => shared, {
	has: {
		tiers: true,
		wrongCredentials: ['a wrong key'],
		network: {listing: /comp=list/v, write: {method: 'PUT', address: /^/v}},
	},
	missing: server => ({...server.location('daily'), bucket: 'no-such-container'}),
});

test.serial('the directory has the address that neo4j-admin takes', async t => {
	const ofSecret = await openStore(shared.location('daily/'), shared.credentials);
	t.is(ofSecret.uri, `azb://${account}/backups/daily/`);
	const ofLocation = await openStore({...shared.location(''), account: 'named'}, shared.credentials);
	t.is(ofLocation.uri, 'azb://named/backups/');
});

test.serial('the account is the location\'s, else the credentials\'', t => {
	const location = {type: 'azure', bucket: 'b', path: ''} as const;
	t.is(accountOf({...location, account: 'one'}, {AZURE_STORAGE_ACCOUNT: 'two'}), 'one');
	t.is(accountOf(location, {AZURE_STORAGE_ACCOUNT: 'two\n'}), 'two');
});

const reachedAt = test.macro((t, endpoint: string | undefined, address: string) => {
	t.is(serviceAddress('acc', endpoint), address);
});

test.serial('an account is reached at Azure\'s own address', reachedAt, undefined, 'https://acc.blob.core.windows.net');
test.serial('an account is the first folder of an endpoint', reachedAt, 'http://azurite:10000/', 'http://azurite:10000/acc');
test.serial('an endpoint that has the account as its folder is taken as it is', reachedAt, 'http://azurite:10000/acc', 'http://azurite:10000/acc');
test.serial('an endpoint that has the account in its host is taken as it is', reachedAt, 'https://acc.blob.core.chinacloudapi.cn', 'https://acc.blob.core.chinacloudapi.cn');
test.serial('an endpoint whose host only begins like the account gets its folder', reachedAt, 'https://accident.example', 'https://accident.example/acc');

// Azurite refuses no key and locks nothing: these answers are the documented ones.
const refused = (status: number, code: string) => ({status, headers: {'x-ms-error-code': code, 'content-type': 'application/xml'}, body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>As documented.</Message></Error>`});

const keepsKey = test.macro(async (t, [status, code]: readonly [number, string], reason: string) => {
	const {store, calm, proxy} = await openDisturbed(t, shared, {attempts: 1});
	await calm.create('a', '');
	await calm.create('b', '');
	proxy.inject({method: 'DELETE', address: /\/a$/v, effect: refused(status, code)});
	t.like(await store.delete(['a', 'b']), [{key: 'a', reason}]);
	t.deepEqual(await listKeys(calm), ['a']);
});

test.serial('a blob that may not be deleted is told, the others go', keepsKey, [403, 'AuthorizationPermissionMismatch'], 'AccessDenied');
test.serial('a blob that a policy keeps is told, the others go', keepsKey, [409, 'BlobImmutableDueToPolicy'], 'Locked');
test.serial('a blob that a lease keeps is told, the others go', keepsKey, [412, 'LeaseIdMissing'], 'Locked');
test.serial('a blob that is not deleted because the server is busy is told, the others go', keepsKey, [503, 'ServerBusy'], 'Busy');

test.serial('a policy that keeps a blob says until when', async t => {
	const {store, proxy} = await openDisturbed(t, shared);
	proxy.inject({method: 'DELETE', effect: refused(409, 'BlobImmutableDueToPolicy')});
	proxy.inject({method: 'HEAD', effect: {status: 200, headers: {'x-ms-immutability-policy-until-date': 'Fri, 02 Jan 2099 03:04:05 GMT', 'last-modified': 'Fri, 02 Jan 2026 03:04:05 GMT'}}});
	t.like(await store.delete(['a']), [{reason: 'Locked', retryAfter: new Date('2099-01-02T03:04:05Z')}]);
});

test.serial('a missing right is told apart from a wrong key', async t => {
	const {store, proxy} = await openDisturbed(t, shared);
	const allow = proxy.inject({effect: refused(403, 'AuthorizationPermissionMismatch')});
	await failsWith(t, 'AccessDenied', listKeys(store), {names: 'Storage Blob Data Contributor'});
	await failsWith(t, 'AccessDenied', store.stat('a'), {names: 'container backups'});
	allow();
	proxy.inject({effect: refused(403, 'AuthenticationFailed')});
	await failsWith(t, 'CredentialsInvalid', store.stat('a'), {names: 'AZURE_STORAGE_KEY'});
});

test.serial('an archived blob can be looked at, but not read', async t => {
	const store = await openFresh(t, shared);
	await store.create('a', 'content');
	await store.copy('a', 'b', {tier: 'Archive'});
	t.like(await store.stat('b'), {size: 7, tier: 'Archive'});
	await failsWith(t, 'Unsupported', store.read('b'));
});

test.serial('folders of an account with hierarchical names are no objects', async t => {
	const {store, proxy} = await openDisturbed(t, shared);
	const blob = (name: string, metadata: string) => `<Blob><Name>${name}</Name><Properties><Last-Modified>Fri, 02 Jan 2026 03:04:05 GMT</Last-Modified><Etag>0x1</Etag><Content-Length>3</Content-Length><BlobType>BlockBlob</BlobType></Properties><Metadata>${metadata}</Metadata></Blob>`;
	const base = shared.location('').path;
	t.is(base, '');
	proxy.inject({effect: {status: 200, headers: {'content-type': 'application/xml'}, body: `<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Blobs>${blob('sub', '<hdi_isfolder>true</hdi_isfolder>')}${blob('sub/a', '')}</Blobs><NextMarker /></EnumerationResults>`}});
	const root = await openAt(t, shared, {...shared.location(''), endpointURL: proxy.url});
	t.deepEqual(await listKeys(root), ['sub/a']);
	t.truthy(store);
});
