import test from 'ava';
import fc from 'fast-check';
import {ConfigurationError} from '#shared/errors.ts';
import {type StoreLocation} from '#shared/stores/store.ts';
import {normalizePath, storeURI} from '#shared/stores/uri.ts';

const isAt = test.macro((t, location: StoreLocation, uri: string) => {
	t.is(storeURI(location), uri);
});

test('a directory on S3', isAt, {type: 's3', bucket: 'neo4j-backups', path: 'daily'}, 's3://neo4j-backups/daily/');
test('a directory on S3 at another endpoint has the same address', isAt, {
	type: 's3', bucket: 'b', path: 'daily', endpointURL: 'http://minio:9000',
}, 's3://b/daily/');
test('a directory on Google Cloud Storage', isAt, {type: 'gcs', bucket: 'neo4j-backups', path: 'a/b'}, 'gs://neo4j-backups/a/b/');
test('a directory on Azure names account and container', isAt, {
	type: 'azure', account: 'acc', bucket: 'container', path: 'a',
}, 'azb://acc/container/a/');
test('a directory on a claim', isAt, {type: 'pvc', root: '/backup', path: 'backups/manual'}, '/backup/backups/manual/');
test('the root of a bucket', isAt, {type: 's3', bucket: 'b', path: ''}, 's3://b/');
test('the root of a container', isAt, {
	type: 'azure', account: 'acc', bucket: 'c', path: '/',
}, 'azb://acc/c/');
test('the root of a claim', isAt, {type: 'pvc', root: '/backup/', path: ''}, '/backup/');
test('slashes are put in order', isAt, {type: 's3', bucket: 'b', path: '//production//db///'}, 's3://b/production/db/');

const lacks = test.macro((t, location: StoreLocation, field: string) => {
	const error = t.throws(() => storeURI(location), {instanceOf: ConfigurationError});
	t.true(error?.message.includes(field));
});

test('a bucket must be named', lacks, {type: 's3', path: ''}, 'bucket');
test('an account must be named', lacks, {type: 'azure', bucket: 'c', path: ''}, 'storageAccount');
test('a path that goes up is refused', lacks, {type: 'pvc', root: '/backup', path: 'a/../../etc'}, '"a/../../etc"');
test('a path that stands still is refused', lacks, {type: 's3', bucket: 'b', path: './a'}, '"."');

test('putting a path in order twice changes nothing more', t => {
	fc.assert(fc.property(fc.array(fc.constantFrom('a', 'b c', 'ü', '', '/', '//')), parts => {
		const once = normalizePath(parts.join('/'));
		t.is(normalizePath(once), once);
		t.notRegex(once, /^\/|\/$|\/\//v);
	}));
});
