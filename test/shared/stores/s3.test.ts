import {Buffer} from 'node:buffer';
import {randomBytes} from 'node:crypto';
import {Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import test from 'ava';
import {
	failsWith, listKeys, openAt, openDisturbed, openFresh, type Refusable, type StoreServer,
} from './contract/fixture.ts';
import {testStore} from './contract.ts';
import {startFaultProxy} from '#local/stores/fault-proxy.ts';
import {startS3, type S3Options, type S3Server} from '#local/stores/s3.ts';
import {openStore} from '#shared/stores/open.ts';
import {openS3} from '#shared/stores/s3.ts';
import {type Store, type StoreLocation} from '#shared/stores/store.ts';

const credentials = {AWS_ACCESS_KEY_ID: 'AKIASTANDIN', AWS_SECRET_ACCESS_KEY: 'a-secret+that/nobody=sees', AWS_DEFAULT_REGION: 'eu-central-1'};
const mebibyte = 1024 * 1024;

const start = async (options: Partial<S3Options> = {}): Promise<StoreServer & {readonly s3: S3Server}> => {
	const s3 = await startS3({
		buckets: ['backups'],
		region: 'eu-central-1',
		credentials: {accessKeyId: credentials.AWS_ACCESS_KEY_ID, secretAccessKey: credentials.AWS_SECRET_ACCESS_KEY},
		pageSize: 5,
		...options,
	});
	return {
		s3,
		endpoint: s3.endpoint,
		location: path => ({
			type: 's3', bucket: 'backups', path, endpointURL: s3.endpoint, forcePathStyle: true,
		}),
		credentials,
		wrongCredentials: {
			'an unknown key id': {AWS_ACCESS_KEY_ID: 'AKIAOTHER'},
			'a wrong key': {AWS_SECRET_ACCESS_KEY: 'another-secret'},
			'a session that is none': {AWS_SESSION_TOKEN: 'a-token'},
		},
		listedObjects: 13,
		deletedKeys: 2500,
		largeBytes: (8 * mebibyte) + 1,
		tier: 'GLACIER',
		async refuse(what, key, code) {
			const allow = s3.refuse({prefix: key, operations: operationsOf[what], code});
			return async () => {
				allow();
			};
		},
		async lock(key, until) {
			s3.lock('backups', key, until);
		},
		stop: s3.stop,
	};
};

const operationsOf: Readonly<Record<Refusable, readonly string[]>> = {
	list: ['ListObjectsV2'],
	read: ['GetObject', 'HeadObject'],
	write: ['PutObject', 'CopyObject'],
	delete: ['DeleteObject'],
};

let shared: Awaited<ReturnType<typeof start>>;

test.before(async () => {
	shared = await start();
});

test.after.always(async () => {
	await shared.stop();
});

testStore(test.serial, () => shared, {
	has: {
		tiers: true,
		locks: true,
		refusals: true,
		wrongCredentials: ['an unknown key id', 'a wrong key', 'a session that is none'],
		network: {listing: /list-type=2/v, write: {method: 'PUT', address: /^/v}},
	},
	missing: server => ({...server.location('daily'), bucket: 'no-such-bucket'}),
});

const startFor = async (t: Parameters<typeof openFresh>[0], options: Partial<S3Options>): Promise<StoreServer & {readonly s3: S3Server}> => {
	const server = await start(options);
	t.teardown(server.stop);
	return server;
};

test.serial('the directory has the address that neo4j-admin takes', async t => {
	const store = await openAt(t, shared, shared.location('/daily//db/'));
	t.is(store.uri, 's3://backups/daily/db/');
});

test.serial('the stand-in says what it is', async t => {
	const answer = await fetch(shared.s3.endpoint);
	t.regex(answer.headers.get('server') ?? '', /stand-in/v);
	t.is(answer.status, 403);
});

const namesTheRightRegion = test.macro(async (t, act: (store: Store) => Promise<unknown>) => {
	const wrong = await openAt(t, shared, {...shared.location('daily'), region: 'us-west-2'});
	const error = await failsWith(t, 'WrongRegion', act(wrong), {names: 'eu-central-1', credentials});
	t.false(error?.retryable);

	const server = await startFor(t, {buckets: [{name: 'backups', region: 'ap-south-1'}]});
	const redirected = await openAt(t, server, server.location('daily'));
	await failsWith(t, 'WrongRegion', act(redirected), {names: 'ap-south-1', credentials});
});

test.serial('listing in the wrong region names the right one', namesTheRightRegion, async store => listKeys(store));
test.serial('looking in the wrong region names the right one', namesTheRightRegion, async store => store.stat('a'));
test.serial('creating in the wrong region names the right one', namesTheRightRegion, async store => store.create('a', ''));

test.serial('a bucket is followed to its region when nobody has named one', async t => {
	const server = await startFor(t, {region: 'us-east-1', buckets: [{name: 'backups', region: 'ap-south-1'}]});
	const {AWS_DEFAULT_REGION: _region, ...keys} = credentials;
	const store = await openAt(t, server, server.location('daily'), {credentials: keys});
	t.true(await store.create('a', ''));
	t.deepEqual(await listKeys(store), ['a']);
});

test.serial('the region of the Secret counts under both its names, and the location\'s before both', async t => {
	const {AWS_DEFAULT_REGION: _region, ...keys} = credentials;
	const cases: ReadonlyArray<readonly [Partial<StoreLocation>, Readonly<Record<string, string>>]> = [
		[{}, {AWS_REGION: 'eu-central-1'}],
		[{}, {AWS_DEFAULT_REGION: 'eu-central-1'}],
		[{}, {AWS_REGION: 'eu-central-1', AWS_DEFAULT_REGION: 'us-west-2'}],
		[{region: 'eu-central-1'}, {AWS_REGION: 'us-west-2'}],
	];
	for (const [location, region] of cases) {
		const store = await openAt(t, shared, {...shared.location('daily'), ...location}, {credentials: {...keys, ...region}});
		await t.notThrowsAsync(listKeys(store));
	}
});

test.serial('a server that ignores conditions is asked first', async t => {
	const server = await startFor(t, {ignoresConditions: true});
	const store = await openFresh(t, server);
	t.true(await store.create('a', 'first'));
	t.false(await store.create('a', 'second'));
	t.is(new TextDecoder().decode(await store.read('a')), 'first');
});

const refusedCreation = (status: number, code: string) => ({
	method: 'PUT', effect: {status, headers: {'content-type': 'application/xml'}, body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>As such servers say.</Message></Error>`},
});

test.serial('a creation that is refused though nothing is there is not taken for another\'s', async t => {
	for (const [status, code, meaning] of [[412, 'PreconditionFailed', 'DoubtfulAnswer'], [409, 'ExistingObjectIsDirectory', 'Unknown'], [409, 'ConditionalRequestConflict', 'Busy']] as const) {
		const {store, proxy} = await openDisturbed(t, shared);
		proxy.inject(refusedCreation(status, code));
		await failsWith(t, meaning, store.create('a', 'content'));
	}
});

test.serial('a creation that met another request is tried again', async t => {
	const {store, calm, proxy} = await openDisturbed(t, shared);
	proxy.inject({...refusedCreation(409, 'ConditionalRequestConflict'), nth: 1});
	t.true(await store.create('a', 'content'));
	t.deepEqual(await listKeys(calm), ['a']);
});

test.serial('a server that wants the older digest of a batch of deletions gets it', async t => {
	const server = await startFor(t, {wantsMd5: true});
	const store = await openFresh(t, server);
	await store.create('a', '');
	t.deepEqual(await store.delete(['a']), []);
});

test.serial('deletions go a thousand in a request', async t => {
	const operations: string[] = [];
	const server = await startFor(t, {
		onRequest({operation}) {
			operations.push(operation);
		},
	});
	const store = await openFresh(t, server);
	await store.delete(Array.from({length: 2000}, (_, index) => `db-${index}`));
	t.deepEqual(operations, ['DeleteObjects', 'DeleteObjects']);
});

test.serial('a key with characters that XML has no place for is listed and deleted as what it is', async t => {
	const {store, proxy} = await openDisturbed(t, shared);
	const keys = ['a\tb', 'a\nb', 'a\rb'];
	for (const key of keys) {
		await store.create(key, '');
	}

	t.deepEqual(await listKeys(store), keys);
	t.deepEqual(await store.delete(keys), []);
	t.deepEqual(await listKeys(store), []);
	t.true(proxy.requests.filter(request => request.includes('list-type=2')).every(request => request.includes('encoding-type=url')));
});

const isNotWhole = test.macro(async (t, page: string) => {
	const {store, proxy, path} = await openDisturbed(t, shared);
	const body = `<?xml version="1.0"?><ListBucketResult>${page.replaceAll('KEY', `${path}/a`)}</ListBucketResult>`;
	proxy.inject({effect: {status: 200, headers: {'content-type': 'application/xml'}, body}});
	await failsWith(t, 'DoubtfulAnswer', listKeys(store), {names: 'not whole'});
});

const content = '<Contents><Key>KEY</Key><Size>1</Size><LastModified>2026-01-01T00:00:00Z</LastModified></Contents>';
test.serial('a page that does not say whether there are more', isNotWhole, content);
test.serial('a page that says there are more, and not where', isNotWhole, `<IsTruncated>true</IsTruncated>${content}`);
test.serial('a page that counts more objects than it holds', isNotWhole, `<IsTruncated>false</IsTruncated><KeyCount>2</KeyCount>${content}`);
test.serial('an object without a key', isNotWhole, `<IsTruncated>false</IsTruncated>${content.replace('<Key>KEY</Key>', '')}`);
test.serial('an object without a size', isNotWhole, `<IsTruncated>false</IsTruncated>${content.replace('<Size>1</Size>', '')}`);
test.serial('an object without a date', isNotWhole, `<IsTruncated>false</IsTruncated>${content.replace(/<LastModified>.*<\/LastModified>/v, '')}`);
test.serial('a name that is encoded, and wrongly', isNotWhole, `<IsTruncated>false</IsTruncated><EncodingType>url</EncodingType>${content.replace('KEY', '%zz')}`);

test.serial('a key that the server forgets to mention counts as not deleted', async t => {
	const {store, proxy} = await openDisturbed(t, shared);
	proxy.inject({method: 'POST', effect: {status: 200, headers: {'content-type': 'application/xml'}, body: '<?xml version="1.0"?><DeleteResult></DeleteResult>'}});
	t.like(await store.delete(['a']), [{key: 'a', reason: 'Unknown'}]);
});

test.serial('what is too large to copy at once is copied in parts, to another tier too', async t => {
	const server = await startFor(t, {maximumCopyBytes: 5 * mebibyte});
	const location = server.location('large');
	const store = openS3({location, credentials, limits: {timeoutMs: 5000, attempts: 1}}, {
		pageSize: 1000, partBytes: 5 * mebibyte, wholeCopyBytes: 5 * mebibyte, copyPartBytes: 5 * mebibyte,
	});
	t.teardown(store.close);
	const bytes = randomBytes((11 * mebibyte) + 7);
	await store.upload('a', Readable.from([bytes]), bytes.length);
	await store.copy('a', 'b');
	await store.copy('a', 'c', {tier: 'DEEP_ARCHIVE'});

	t.true(bytes.equals(await buffer((await store.download('b'))!)));
	t.like(await store.stat('c'), {size: bytes.length, tier: 'DEEP_ARCHIVE'});
	t.is(server.s3.openUploads(), 0);
});

test.serial('[X-078] a large object is archived in parts without a download, and a move that was cut off goes on with the parts that are there', async t => {
	const server = await startFor(t, {});
	const location = server.location('large');
	const proxy = await startFaultProxy(server.s3.endpoint);
	t.teardown(proxy.stop);
	const sizes = {
		pageSize: 1000, partBytes: 5 * mebibyte, wholeCopyBytes: 5 * mebibyte, copyPartBytes: 5 * mebibyte,
	};
	const store = openS3({location: {...location, endpointURL: proxy.url}, credentials, limits: {timeoutMs: 5000, attempts: 1}}, sizes);
	t.teardown(store.close);
	const bytes = randomBytes((21 * mebibyte) + 7);
	await store.upload('a', Readable.from([bytes]), bytes.length);
	const cut = proxy.inject({method: 'POST', address: /uploadId=/v, effect: 'reset'});
	await failsWith(t, 'Unreachable', store.move('a', 'aside/a', {tier: 'GLACIER'}));
	t.deepEqual(server.s3.objects('backups').map(({key}) => key), ['large/a'], 'the original stays while the copy is not whole');
	t.is(server.s3.openUploads(), 1);
	cut();
	const before = proxy.requests.length;
	await store.move('a', 'aside/a', {tier: 'GLACIER'});
	t.is(proxy.requests.slice(before).filter(request => /^PUT .*partNumber/v.test(request)).length, 0, 'no part is copied twice');
	t.deepEqual(proxy.requests.filter(request => /^GET \/backups\/large\/a\b/v.test(request)), [], 'nothing is downloaded');
	t.is(server.s3.openUploads(), 0);
	t.like(server.s3.objects('backups'), [{key: 'large/aside/a', size: bytes.length, tier: 'GLACIER'}]);
});

test.serial('an upload in parts that fails is taken back', async t => {
	const server = await startFor(t, {});
	const store = await openFresh(t, server);
	const body = Readable.from((async function * () {
		yield Buffer.alloc(9 * mebibyte);
		throw new Error('gone');
	})());
	await t.throwsAsync(store.upload('a', body, 20 * mebibyte), {message: /gone/v});
	t.is(server.s3.openUploads(), 0);
	t.deepEqual(server.s3.objects('backups'), []);
});

test.serial('an archived object can be looked at, but not read or copied', async t => {
	const store = await openFresh(t, shared);
	await store.create('a', 'content');
	await store.copy('a', 'b', {tier: 'GLACIER'});
	t.like(await store.stat('b'), {size: 7, tier: 'GLACIER'});
	await failsWith(t, 'Unsupported', store.read('b'));
	await failsWith(t, 'Unsupported', store.copy('b', 'c'));
});

test.serial('credentials without their key are refused before anything is sent', async t => {
	const location = shared.location('daily');
	await failsWith(t, 'CredentialsInvalid', openStore(location, {AWS_ACCESS_KEY_ID: 'AKIA'}, {secretName: 'keys'}), {names: 'Secret keys lacks the key AWS_SECRET_ACCESS_KEY'});
	await failsWith(t, 'CredentialsInvalid', openStore(location, {...credentials, AWS_SECRET_ACCESS_KEY: ' '}, {secretName: 'keys'}), {names: 'AWS_SECRET_ACCESS_KEY of Secret keys is empty'});
});
