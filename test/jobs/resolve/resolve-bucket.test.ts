import {Readable} from 'node:stream';
import test, {type ExecutionContext} from 'ava';
import {artifact, manifest, owner} from '../../shared/catalogue/history.ts';
import {resolverOf} from './resolve-in.ts';
import {startS3} from '#local/stores/s3.ts';
import {openDirectory} from '#shared/catalogue/directory.ts';
import {claimDirectory} from '#shared/catalogue/owner.ts';
import {writeManifest} from '#shared/catalogue/write.ts';
import {sourceStatus} from '#shared/restore/resolve-outcome.ts';
import {openStore} from '#shared/stores/open.ts';
import {type StoreLocation} from '#shared/stores/store.ts';

const credentials = {AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'us-east-1'};

const artifacts = [artifact(1, {highestTx: 20}), artifact(2, {full: false, lowestTx: 21, highestTx: 30})];

const [full, last] = artifacts.map(({name}) => name) as [string, string];

const archive = '.neo4j-backup/archive/';

/** A chain of two in a bucket, and the container of a Pod that has the keys of a Secret. */
const start = async (t: ExecutionContext) => {
	const s3 = await startS3({buckets: ['backups'], credentials: {accessKeyId: 'AKIA', secretAccessKey: 'secret'}});
	t.teardown(s3.stop);
	const location: StoreLocation = {
		type: 's3', bucket: 'backups', path: 'daily', endpointURL: s3.endpoint, forcePathStyle: true,
	};
	const store = await openStore(location, credentials);
	await claimDirectory(store, owner);
	for (const [index, one] of artifacts.entries()) {
		await store.upload(one.name, Readable.from([new Uint8Array(one.size)]), one.size);
		await writeManifest(store, manifest(index + 1, [one]));
	}

	return {
		s3, location, store, resolver: await resolverOf(t, location),
	};
};

const environment = credentials;

test('a bucket is read and held with the keys of the Pod', async t => {
	const {location, store, resolver} = await start(t);
	for (const wanted of [{kind: 'newest'}, {kind: 'path', path: `//${last}`}, {kind: 'path', path: 'latest.backup'}] as const) {
		const found = await resolver.found({wanted}, {environment});
		t.like(found, {artifactCount: 2, path: 'daily'});
		t.is(sourceStatus(found, location).backupInfo.backupPath, `s3://backups/daily/${last}`);
	}

	const {pins} = await openDirectory(store);
	t.deepEqual(pins.map(one => one.artifacts), [[full, last]]);
	const above = await resolver.found({location: {...location, path: ''}, wanted: {kind: 'path', path: '/daily/'}}, {environment});
	t.is(sourceStatus(above, location).resolvedSource.location, 's3://backups/daily/');
	t.is(await resolver.refused({wanted: {kind: 'path', path: '/no//such'}}, {environment}), 'BackupNotFound: There is no backup at s3://backups/daily/no/such, neither a file nor a folder: check backupPath, which is a path below storage.path');
});

test('an archived chain is refused with how it is thawed and what to write then, and that is restored', async t => {
	const {location, store, resolver} = await start(t);
	for (const name of [full, last]) {
		await store.move(name, `${archive}${name}`, {tier: 'GLACIER'});
	}

	const message = await resolver.refused({}, {environment});
	t.regex(message, new RegExp(String.raw`^ArchivedBackup: neo4j: ${last}, taken \S+, is archived\. `, 'v'));
	t.true(message.includes(`--key daily/${archive}${full} `));
	t.regex(message, new RegExp(String.raw`create the Neo4jRestore again with spec\.source\.backupPath: ${archive}${last}; it stays archived`, 'v'));
	const above = await resolver.refused({location: {...location, path: ''}, wanted: {kind: 'path', path: 'daily'}}, {environment});
	t.true(above.includes(`spec.source.backupPath: daily/${archive}${last};`));

	const wanted = {kind: 'path', path: `${archive}${last}`} as const;
	t.regex(await resolver.refused({wanted}, {environment}), /^ArchivedBackup: s3:\/\/backups\/daily\/\.neo4j-backup\/archive\/\S+ cannot be read as it is stored/v);
	for (const {name, size} of artifacts) {
		// To who reads it, what somebody has thawed is like one that was never archived.
		await store.upload(`${archive}${name}`, Readable.from([new Uint8Array(size)]), size);
	}

	const found = await resolver.found({wanted}, {environment});
	t.like(found, {path: 'daily/.neo4j-backup/archive', artifactCount: 2, artifacts: [{name: full}, {name: last}]});
	const {pins} = await openDirectory(store);
	t.deepEqual(pins.map(one => one.artifacts), [[full, last]], 'in the directory whose sweep it is');
});

test('wrong keys and a bucket that is not there are refused, a server that is not there is tried again', async t => {
	const {s3, location, resolver} = await start(t);
	t.regex(await resolver.refused({}, {environment: {...environment, AWS_SECRET_ACCESS_KEY: 'another'}}), /^(?:CredentialsInvalid|AccessDenied): /v);
	t.regex(await resolver.refused({location: {...location, bucket: 'elsewhere'}}, {environment}), /^BucketNotFound: .*elsewhere/v);
	await s3.stop();
	const {exit, outcome} = await resolver.run({}, {environment});
	t.deepEqual([exit, outcome], [1, undefined]);
});
