import {type IncomingMessage, type ServerResponse} from 'node:http';
import {text} from 'node:stream/consumers';
import test, {type ExecutionContext} from 'ava';
import {listen} from '#local/stores/listen.ts';
import {openStore} from '#shared/stores/open.ts';
import {type Store, type StoreCredentials, type StoreLocation} from '#shared/stores/store.ts';

// No server that can be started here keeps versions of all three kinds: these answers are the documented ones, of a bucket that keeps them.
type Answer = {readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string};
type Said = {readonly request: string; readonly body: string};

const recorded = async (t: ExecutionContext, answers: ReadonlyArray<readonly [request: RegExp, answer: Answer]>) => {
	const said: Said[] = [];
	const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
		const request = `${message.method} ${decodeURIComponent(message.url ?? '')}`;
		said.push({request, body: await text(message)});
		const [, {status = 200, headers = {}, body = ''}] = answers.find(([pattern]) => pattern.test(request)) ?? [undefined, {status: 404, headers: {'x-ms-error-code': 'BlobNotFound'}}];
		response.writeHead(status, {'content-type': body.startsWith('{') ? 'application/json' : 'application/xml', ...headers});
		response.end(body);
	};

	const server = await listen((message, response) => {
		void answer(message, response);
	});
	t.teardown(server.stop);
	return {said, url: server.url};
};

const open = async (t: ExecutionContext, location: StoreLocation, credentials: StoreCredentials): Promise<Store> => {
	const store = await openStore(location, credentials, {attempts: 1});
	t.teardown(store.close);
	return store;
};

const s3 = async (t: ExecutionContext, url: string) => open(t, {
	type: 's3', bucket: 'backups', path: 'daily', endpointURL: url, forcePathStyle: true,
}, {AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'us-east-1'});

const gcs = async (t: ExecutionContext, url: string) => open(t, {
	type: 'gcs', bucket: 'backups', path: 'daily', endpointURL: url,
}, {});

const azure = async (t: ExecutionContext, url: string) => open(t, {
	type: 'azure', bucket: 'backups', path: 'daily', endpointURL: url,
}, {AZURE_STORAGE_ACCOUNT: 'account', AZURE_STORAGE_KEY: 'c2VjcmV0'});

const deleted = (...entries: readonly string[]): Answer => ({body: `<DeleteResult>${entries.map(entry => `<Deleted>${entry}</Deleted>`).join('')}</DeleteResult>`});

test('S3: a deletion that is answered with a delete marker is known to have hidden the object', async t => {
	const {url} = await recorded(t, [[/^POST .*delete/v, deleted('<Key>daily/a</Key><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>m1</DeleteMarkerVersionId>')]]);
	const store = await s3(t, url);
	t.deepEqual(await store.delete(['a']), []);
	t.true(store.hidesDeleted());
});

test('S3: a deletion without a marker is one', async t => {
	const {url} = await recorded(t, [[/^POST .*delete/v, deleted('<Key>daily/a</Key>')]]);
	const store = await s3(t, url);
	t.deepEqual(await store.delete(['a']), []);
	t.false(store.hidesDeleted());
});

test('S3: with versions Delete every version of the key goes and no other key\'s, and a version that stays is told', async t => {
	const version = (key: string, id: string) => `<Version><Key>${key}</Key><VersionId>${id}</VersionId></Version>`;
	const {said, url} = await recorded(t, [
		[/^GET .*versions/v, {body: `<ListVersionsResult><IsTruncated>false</IsTruncated>${version('daily/a', 'v1')}${version('daily/a', 'v2')}${version('daily/ab', 'v9')}<DeleteMarker><Key>daily/a</Key><VersionId>m1</VersionId></DeleteMarker></ListVersionsResult>`}],
		[/^POST .*delete/v, {body: '<DeleteResult><Deleted><Key>daily/a</Key><VersionId>v1</VersionId></Deleted><Deleted><Key>daily/a</Key><VersionId>m1</VersionId><DeleteMarker>true</DeleteMarker></Deleted><Error><Key>daily/a</Key><VersionId>v2</VersionId><Code>AccessDenied</Code><Message>Access Denied because object protected by object lock.</Message></Error></DeleteResult>'}],
	]);
	const store = await s3(t, url);
	t.like(await store.delete(['a'], {versions: 'Delete'}), [{key: 'a', reason: 'Locked'}]);
	const order = said.find(({request}) => request.startsWith('POST'))!.body;
	t.deepEqual(new Set([...order.matchAll(/<VersionId>(?<id>\w+)</gv)].map(({groups}) => groups!['id'])), new Set(['v1', 'v2', 'm1']));
	t.false(order.includes('daily/ab'));
	t.false(store.hidesDeleted());
});

test('S3: a legal hold and a retention are read from the object, in a bucket that can lock', async t => {
	const head = {'last-modified': 'Fri, 02 Jan 2026 03:04:05 GMT'};
	const {said, url} = await recorded(t, [
		[/^GET .*object-lock/v, {body: '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>'}],
		[/^HEAD .*held/v, {headers: {...head, 'x-amz-object-lock-legal-hold': 'ON'}}],
		[/^HEAD .*kept/v, {headers: {...head, 'x-amz-object-lock-mode': 'GOVERNANCE', 'x-amz-object-lock-retain-until-date': '2099-01-02T03:04:05Z'}}],
		[/^HEAD/v, {headers: head}],
	]);
	const store = await s3(t, url);
	const listed = ['held', 'kept', 'free'].map(key => ({key, size: 0, modified: new Date(0)}));
	t.deepEqual(await store.locks(listed), new Map<string, unknown>([['held', {kind: 'hold'}], ['kept', {kind: 'retention', until: new Date('2099-01-02T03:04:05Z')}]]) as never);
	t.is(said.length, 4);
});

test('S3: in a bucket that cannot lock, or whose lock may not be looked at, no object is asked', async t => {
	for (const status of [404, 403, 501]) {
		const {said, url} = await recorded(t, [[/^GET .*object-lock/v, {status, body: '<Error><Code>ObjectLockConfigurationNotFoundError</Code><Message>none</Message></Error>'}]]);
		const store = await s3(t, url);
		t.deepEqual(await store.locks([{key: 'a', size: 0, modified: new Date(0)}]), new Map());
		t.is(said.length, 1);
	}
});

const generations = (...items: ReadonlyArray<readonly [name: string, generation: string]>): Answer => ({body: JSON.stringify({kind: 'storage#objects', items: items.map(([name, generation]) => ({name, generation}))})});

test('Google Cloud Storage: a bucket that keeps an older generation is known to have hidden the object', async t => {
	const {url} = await recorded(t, [[/^DELETE/v, {status: 204}], [/^GET .*versions=true/v, generations(['daily/a', '7'])]]);
	const store = await gcs(t, url);
	t.deepEqual(await store.delete(['a']), []);
	t.true(store.hidesDeleted());
});

test('Google Cloud Storage: with versions Delete every generation of the key goes', async t => {
	const {said, url} = await recorded(t, [[/^DELETE/v, {status: 204}], [/^GET .*versions=true/v, generations(['daily/a', '7'], ['daily/a', '8'], ['daily/ab', '9'])]]);
	const store = await gcs(t, url);
	t.deepEqual(await store.delete(['a'], {versions: 'Delete'}), []);
	t.deepEqual(said.filter(({request}) => request.startsWith('DELETE')).map(({request}) => /generation=(?<id>\d)/v.exec(request)?.groups?.['id']), ['7', '8']);
	t.false(store.hidesDeleted());
});

test('Google Cloud Storage: holds and retentions are in the listing', async t => {
	const item = (name: string, lock: Readonly<Record<string, unknown>>) => ({
		name: `daily/${name}`, size: '1', updated: '2026-01-02T03:04:05Z', ...lock,
	});
	const {url} = await recorded(t, [[/^GET/v, {
		body: JSON.stringify({
			kind: 'storage#objects', items: [item('a', {eventBasedHold: true}), item('b', {retentionExpirationTime: '2098-01-01T00:00:00Z', retention: {mode: 'Locked', retainUntilTime: '2099-01-01T00:00:00Z'}}), item('c', {temporaryHold: false})],
		}),
	}]]);
	const store = await gcs(t, url);
	for await (const page of store.list('')) {
		t.deepEqual(await store.locks(page), new Map<string, unknown>([['a', {kind: 'hold'}], ['b', {kind: 'retention', until: new Date('2099-01-01T00:00:00Z')}]]) as never);
	}
});

test('Google Cloud Storage: in a versioned bucket the object of the old class does not stay behind the archived one', async t => {
	const {said, url} = await recorded(t, [
		[/^DELETE/v, {status: 204}],
		[/^POST .*rewriteTo/v, {body: JSON.stringify({done: true, resource: {size: '1', storageClass: 'ARCHIVE', generation: '8'}})}],
		[/^GET .*versions=true/v, generations(['daily/a', '7'], ['daily/a', '8'])],
		[/^GET/v, {
			body: JSON.stringify({
				name: 'daily/a', size: '1', updated: '2026-01-02T03:04:05Z', storageClass: 'STANDARD', generation: '7',
			}),
		}],
	]);
	const store = await gcs(t, url);
	await store.move('a', 'a', {tier: 'ARCHIVE'});
	t.deepEqual(said.filter(({request}) => request.startsWith('DELETE')).map(({request}) => /generation=(?<id>\d)/v.exec(request)?.groups?.['id']), ['7']);
});

test('Azure: a deletion that is not permanent is known to have hidden the blob', async t => {
	for (const isPermanent of ['true', 'false']) {
		const {url} = await recorded(t, [[/^DELETE/v, {status: 202, headers: {'x-ms-delete-type-permanent': isPermanent}}]]);
		const store = await azure(t, url);
		t.deepEqual(await store.delete(['a']), []);
		t.is(store.hidesDeleted(), isPermanent === 'false');
	}
});

test('Azure: with versions Delete every version of the blob goes', async t => {
	const blob = (name: string, version: string) => `<Blob><Name>${name}</Name><VersionId>${version}</VersionId><Properties><Last-Modified>Fri, 02 Jan 2026 03:04:05 GMT</Last-Modified><Etag>0x1</Etag><Content-Length>3</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>`;
	const {said, url} = await recorded(t, [
		[/^DELETE/v, {status: 202}],
		[/^GET .*comp=list/v, {body: `<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Blobs>${blob('daily/a', '2026-01-01')}${blob('daily/a', '2026-01-02')}${blob('daily/ab', '2026-01-03')}</Blobs><NextMarker /></EnumerationResults>`}],
	]);
	const store = await azure(t, url);
	t.deepEqual(await store.delete(['a'], {versions: 'Delete'}), []);
	t.deepEqual(said.filter(({request}) => request.startsWith('DELETE')).map(({request}) => /versionid=(?<id>[\d\-]+)/v.exec(request)?.groups?.['id']), [undefined, '2026-01-01', '2026-01-02']);
});

test('Azure: a legal hold of the container holds all, an immutability policy of a blob that blob', async t => {
	const container = (headers: Readonly<Record<string, string>>): Answer => ({headers: {'last-modified': 'Fri, 02 Jan 2026 03:04:05 GMT', ...headers}});
	const listed = ['a', 'b'].map(key => ({key, size: 0, modified: new Date(0)}));
	const hold = await recorded(t, [[/^GET .*restype=container/v, container({'x-ms-has-legal-hold': 'true'})]]);
	const held = await azure(t, hold.url);
	t.deepEqual(await held.locks(listed), new Map(['a', 'b'].map(key => [key, {kind: 'hold' as const}])));
	const {url} = await recorded(t, [
		[/^GET .*restype=container/v, container({'x-ms-immutable-storage-with-versioning-enabled': 'true'})],
		[/^HEAD .*\/a$/v, container({'x-ms-immutability-policy-until-date': 'Fri, 02 Jan 2099 03:04:05 GMT'})],
		[/^HEAD/v, container({})],
	]);
	const store = await azure(t, url);
	t.deepEqual(await store.locks(listed), new Map([['a', {kind: 'retention' as const, until: new Date('2099-01-02T03:04:05Z')}]]));
});
