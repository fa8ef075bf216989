import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {
	DeleteObjectsCommand, GetObjectCommand, ListObjectVersionsCommand, PutObjectRetentionCommand, type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import test from 'ava';
import pMap from 'p-map';
import {s3ServerOf} from '../stores/under-test.ts';
import {addUser} from '../stores/versitygw-user.ts';
import {startVersitygw, type Versitygw} from '../stores/versitygw.ts';
import {openStore} from '#shared/stores/open.ts';
import {type Store} from '#shared/stores/store.ts';
import {testStore} from '#test/shared/stores/contract.ts';
import {
	failsWith, listKeys, listPages, openFresh, type StoreServer,
} from '#test/shared/stores/contract/fixture.ts';

let versitygw: Versitygw;
let servers: Readonly<Record<'plain' | 'versioned' | 'locked', StoreServer>>;

test.before(async () => {
	versitygw = await startVersitygw({buckets: [{name: 'plain', kind: 'plain'}, {name: 'versioned', kind: 'versioned'}, {name: 'locked', kind: 'locked'}]});
	const {credentials, refuse} = await addUser(versitygw, 'plain');
	const plain = s3ServerOf(versitygw, {
		bucket: 'plain',
		credentials,
		wrongCredentials: {
			'an unknown key id': {AWS_ACCESS_KEY_ID: 'AKIAOTHER'},
			'a wrong key': {AWS_SECRET_ACCESS_KEY: 'another-secret'},
		},
		// A file system under it: what is a folder cannot be an object too.
		cannotHold: ['x'],
		refuse: async (what, key) => refuse(what, key),
	});
	const ofRoot = {credentials: versitygw.credentials, cannotHold: ['x']};
	servers = {plain, versioned: s3ServerOf(versitygw, {bucket: 'versioned', ...ofRoot}), locked: s3ServerOf(versitygw, {bucket: 'locked', ...ofRoot})};
});

test.after.always(async () => {
	await versitygw.stop();
});

testStore(test.serial, () => servers.plain, {
	has: {
		tiers: 'versitygw has one storage class',
		locks: 'S3 refuses to delete a locked version, and adds a marker when none is named',
		refusals: true,
		wrongCredentials: ['an unknown key id', 'a wrong key'],
		network: {listing: /list-type=2/v, write: {method: 'PUT', address: /^/v}},
	},
	cannot: {'a key that is not deleted (Busy) is told with its reason, the others go': 'versitygw is never busy'},
	missing: ({location}) => ({...location('daily'), bucket: 'no-such-bucket'}),
});

const versionsOf = async (bucket: string, prefix: string): Promise<ListObjectVersionsCommandOutput> => versitygw.client.send(new ListObjectVersionsCommand({Bucket: bucket, Prefix: prefix}));

const hides = test.macro(async (t, bucket: 'versioned' | 'locked') => {
	const store = await openFresh(t, servers[bucket]);
	await store.create('a', 'content');
	await store.create('b', 'other');
	t.deepEqual(await store.delete(['a', 'nothing']), []);
	t.deepEqual(await listKeys(store), ['b']);
	t.is(await store.stat('a'), undefined);
	const {Versions: versions = [], DeleteMarkers: markers = []} = await versionsOf(bucket, `${store.path}/a`);
	t.is(versions.length, 1);
	t.is(markers.length, 1);
	const kept = await versitygw.client.send(new GetObjectCommand({Bucket: bucket, Key: versions[0]!.Key, VersionId: versions[0]!.VersionId}));
	t.is(await kept.Body?.transformToString(), 'content');
});

test.serial('in a bucket that is versioned a deletion hides the object, and its version stays', hides, 'versioned');
test.serial('in a bucket that locks a deletion hides the object, and its version stays', hides, 'locked');

test.serial('a lock on an object does not keep it from being hidden, and its version cannot be deleted', async t => {
	const store = await openFresh(t, servers.locked);
	await store.create('a', 'content');
	const Key = `${store.path}/a`;
	await versitygw.client.send(new PutObjectRetentionCommand({Bucket: 'locked', Key, Retention: {Mode: 'COMPLIANCE', RetainUntilDate: new Date('2099-01-02T03:04:05Z')}}));
	t.deepEqual(await store.delete(['a']), []);
	t.deepEqual(await listKeys(store), []);
	const {Versions: [version] = []} = await versionsOf('locked', Key);
	const answer = await versitygw.client.send(new DeleteObjectsCommand({Bucket: 'locked', Delete: {Objects: [{Key, VersionId: version!.VersionId}]}}));
	t.like(answer.Errors, [{Key, Code: 'AccessDenied', Message: 'Access Denied because object protected by object lock.'}]);
});

test.serial('a key that was deleted from a versioned bucket is not taken for one that is there', async t => {
	const store = await openFresh(t, servers.versioned);
	await store.create('a', 'content');
	await store.delete(['a']);
	// Amazon's S3 writes it; versitygw takes the marker for an object.
	await failsWith(t, 'DoubtfulAnswer', store.create('a', 'again'), {names: 'shows none'});
	t.deepEqual(await listKeys(store), []);
});

test.serial('an object in the place of a folder is refused, and not taken for one that is there', async t => {
	const store = await openFresh(t, servers.plain);
	await store.create('a/b', 'content');
	await failsWith(t, 'Unknown', store.create('a', 'content'), {names: 'ExistingObjectIsDirectory'});
	await failsWith(t, 'Unknown', store.create('a/b/c', 'content'), {names: 'ObjectParentIsFile'});
});

const openWhole = async (t: Parameters<typeof openFresh>[0], directory: string): Promise<Store> => {
	const store = await openStore(servers.plain.location(directory), servers.plain.credentials);
	t.teardown(store.close);
	return store;
};

test.serial('pages of a thousand join without a gap, and another directory\'s keys are in none of them', async t => {
	const store = await openWhole(t, 'pages/daily');
	const neighbour = await openWhole(t, 'pages/daily-2');
	const keys = Array.from({length: 1001}, (_, index) => `db-${String(index).padStart(5, '0')}`);
	await neighbour.create('a', '');
	// Its buckets are folders, and what lies there already is in them too.
	await store.create('db-', '');
	await pMap(keys, async key => writeFile(path.join(versitygw.directory, 'buckets/plain/pages/daily', key), ''), {concurrency: 16});
	t.deepEqual(await store.delete(['db-']), []);
	const pages = await listPages(store);
	t.deepEqual(pages.map(page => page.length), [1000, 1]);
	t.deepEqual(pages.flat().map(({key}) => key), keys);
	t.deepEqual(await listKeys(store, 'db-', 'db-00999'), keys.slice(1000));
	t.deepEqual(await store.delete(keys), []);
	t.deepEqual(await listKeys(store), []);
	t.deepEqual(await listKeys(neighbour), ['a']);
});
