import {Buffer} from 'node:buffer';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import {
	CompleteMultipartUploadCommand, CreateMultipartUploadCommand, DeleteObjectsCommand, GetBucketAclCommand, GetBucketLocationCommand, GetObjectCommand,
	HeadBucketCommand, HeadObjectCommand, ListBucketsCommand, ListObjectsV2Command, PutObjectCommand, S3Client, UploadPartCommand, type CompletedPart,
} from '@aws-sdk/client-s3';
import test, {type ExecutionContext} from 'ava';
import {startS3, type S3Options, type S3Server} from '#local/stores/s3.ts';

// The stand-in as Amazon's own client finds it, with everything that the client does by default.
const start = async (t: ExecutionContext, options: Partial<S3Options> = {}): Promise<{readonly s3: S3Server; readonly client: S3Client}> => {
	const credentials = {accessKeyId: 'AKIA', secretAccessKey: 'secret'};
	const s3 = await startS3({buckets: ['backups'], credentials, ...options});
	const client = new S3Client({
		endpoint: s3.endpoint, region: options.region ?? 'us-east-1', credentials, forcePathStyle: true, maxAttempts: 1,
	});
	t.teardown(async () => {
		client.destroy();
		await s3.stop();
	});
	return {s3, client};
};

const inBackups = {Bucket: 'backups'};

test('a body that is signed as a stream, with a checksum behind it, arrives as it was', async t => {
	const {s3, client} = await start(t);
	const bytes = Buffer.alloc(300_000, 'stream');
	await client.send(new PutObjectCommand({
		...inBackups, Key: 'a', Body: Readable.from([bytes.subarray(0, 8192), bytes.subarray(8192)]), ContentLength: bytes.length,
	}));

	const [stored] = s3.objects('backups');
	t.is(stored?.size, bytes.length);
	t.true(bytes.equals(await readFile(stored!.file)));
});

test('a stream with a short chunk before its last is refused, as S3 does', async t => {
	const {s3, client} = await start(t);
	const bytes = Buffer.alloc(300_000, 'stream');
	await t.throwsAsync(client.send(new PutObjectCommand({
		...inBackups, Key: 'a', Body: Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]), ContentLength: bytes.length,
	})), {name: 'InvalidChunkSizeError'});
	t.deepEqual(s3.objects('backups'), []);
});

test('objects lie as plain files in the folder, and the next process finds them', async t => {
	const directory = await mkdtemp(path.join(tmpdir(), 's3-'));
	t.teardown(async () => rm(directory, {recursive: true}));
	const first = await start(t, {directory});
	for (const key of ['daily/neo4j.backup', 'daily', 'daily/', 'daily//x', '../up', 'x'.repeat(300)]) {
		await first.client.send(new PutObjectCommand({
			...inBackups, Key: key, Body: `of ${key}`, StorageClass: 'STANDARD_IA',
		}));
	}

	t.is(await readFile(path.join(directory, 'backups/daily/neo4j.backup'), 'utf8'), 'of daily/neo4j.backup');
	const {client} = await start(t, {directory});
	const {Contents: contents = []} = await client.send(new ListObjectsV2Command(inBackups));
	t.deepEqual(contents.map(({Key: key}) => key), ['../up', 'daily', 'daily/', 'daily//x', 'daily/neo4j.backup', 'x'.repeat(300)]);
	for (const {Key: key, StorageClass: tier} of contents) {
		const answer = await client.send(new GetObjectCommand({...inBackups, Key: key}));
		t.is(await answer.Body?.transformToString(), `of ${key}`);
		t.is(tier, 'STANDARD_IA');
	}
});

test('a listing groups by the delimiter and goes on where it was, groups and all', async t => {
	const {s3, client} = await start(t, {pageSize: 2});
	for (const key of ['a/1', 'a/2', 'b', 'c/1', 'c/2/3', 'd']) {
		await s3.put('backups', key, '');
	}

	const found: unknown[] = [];
	let token: string | undefined;
	do {
		const page = await client.send(new ListObjectsV2Command({...inBackups, Delimiter: '/', ContinuationToken: token}));
		found.push([...(page.Contents ?? []).map(({Key: key}) => key), ...(page.CommonPrefixes ?? []).map(({Prefix: prefix}) => prefix)]);
		token = page.NextContinuationToken;
	} while (token !== undefined);

	t.deepEqual(found, [['b', 'a/'], ['d', 'c/']]);
	const after = await client.send(new ListObjectsV2Command({...inBackups, StartAfter: 'b', MaxKeys: 1}));
	t.like(after, {KeyCount: 1, IsTruncated: true, Contents: [{Key: 'c/1'}]});
});

test('names are encoded when that is asked for, as a form is', async t => {
	const {s3, client} = await start(t);
	await s3.put('backups', 'a b+ü/c', '');
	t.like(await client.send(new ListObjectsV2Command({...inBackups, EncodingType: 'url'})), {EncodingType: 'url', Contents: [{Key: 'a+b%2B%C3%BC/c'}]});
	t.like(await client.send(new ListObjectsV2Command(inBackups)), {Contents: [{Key: 'a b+ü/c'}]});
});

test('an object changes only for who knows its tag, if he says so', async t => {
	const {client} = await start(t);
	const {ETag: tag} = await client.send(new PutObjectCommand({...inBackups, Key: 'a', Body: 'one'}));
	await t.throwsAsync(client.send(new PutObjectCommand({
		...inBackups, Key: 'a', Body: 'two', IfMatch: '"other"',
	})), {name: 'PreconditionFailed'});
	await t.throwsAsync(client.send(new PutObjectCommand({
		...inBackups, Key: 'a', Body: 'two', IfNoneMatch: '*',
	})), {name: 'PreconditionFailed'});
	await client.send(new PutObjectCommand({
		...inBackups, Key: 'a', Body: 'two', IfMatch: tag,
	}));
	const answer = await client.send(new GetObjectCommand({...inBackups, Key: 'a'}));
	t.is(await answer.Body?.transformToString(), 'two');
});

test('a part of an object can be read', async t => {
	const {s3, client} = await start(t);
	await s3.put('backups', 'a', '0123456789');
	const answer = await client.send(new GetObjectCommand({...inBackups, Key: 'a', Range: 'bytes=2-4'}));
	t.is(answer.ContentRange, 'bytes 2-4/10');
	t.is(await answer.Body?.transformToString(), '234');
	await t.throwsAsync(client.send(new GetObjectCommand({...inBackups, Key: 'a', Range: 'bytes=10-'})), {name: 'InvalidRange'});
});

test('parts must be large enough, known and complete', async t => {
	const {s3, client} = await start(t);
	const named = {...inBackups, Key: 'a'};
	const {UploadId} = await client.send(new CreateMultipartUploadCommand(named));
	const first = await client.send(new UploadPartCommand({
		...named, UploadId, PartNumber: 1, Body: 'small',
	}));
	const second = await client.send(new UploadPartCommand({
		...named, UploadId, PartNumber: 2, Body: 'last',
	}));
	const complete = async (...parts: CompletedPart[]) => client.send(new CompleteMultipartUploadCommand({...named, UploadId, MultipartUpload: {Parts: parts}}));

	await t.throwsAsync(complete({PartNumber: 1, ETag: first.ETag}, {PartNumber: 2, ETag: second.ETag}), {name: 'EntityTooSmall'});
	await t.throwsAsync(complete({PartNumber: 1, ETag: '"other"'}), {name: 'InvalidPart'});
	await complete({PartNumber: 2, ETag: second.ETag});
	t.like(await client.send(new HeadObjectCommand(named)), {ContentLength: 4});
	t.is(s3.openUploads(), 0);
	await t.throwsAsync(complete({PartNumber: 2, ETag: second.ETag}), {name: 'NoSuchUpload'});
});

test('deletions name each key, or in the quiet way only those that stay', async t => {
	const {s3, client} = await start(t);
	for (const key of ['a', 'b', ' c ', 'd&<>"']) {
		await s3.put('backups', key, '');
	}

	s3.lock('backups', 'b', new Date('2099-01-01'));
	const objects = ['a', 'b', ' c ', 'd&<>"', 'none'].map(key => ({Key: key}));
	const answer = await client.send(new DeleteObjectsCommand({...inBackups, Delete: {Objects: objects}}));
	t.deepEqual(answer.Deleted?.map(({Key: key}) => key), ['a', ' c ', 'd&<>"', 'none']);
	t.like(answer.Errors, [{Key: 'b', Code: 'AccessDenied'}]);
	const quiet = await client.send(new DeleteObjectsCommand({...inBackups, Delete: {Objects: objects, Quiet: true}}));
	t.is(quiet.Deleted, undefined);
	t.is(quiet.Errors?.length, 1);
	const tooMany = Array.from({length: 1001}, (_, index) => ({Key: String(index)}));
	await t.throwsAsync(client.send(new DeleteObjectsCommand({...inBackups, Delete: {Objects: tooMany}})), {name: 'MalformedXML'});
});

test('buckets are looked at and located', async t => {
	const {client} = await start(t, {region: 'eu-west-1', buckets: ['backups', 'others']});
	t.like(await client.send(new ListBucketsCommand({})), {Buckets: [{Name: 'backups'}, {Name: 'others'}]});
	t.like(await client.send(new GetBucketLocationCommand(inBackups)), {LocationConstraint: 'eu-west-1'});
	await t.notThrowsAsync(client.send(new HeadBucketCommand(inBackups)));
	await t.throwsAsync(client.send(new HeadBucketCommand({Bucket: 'none'})), {name: 'NotFound'});
});

test('a signature is for one request only', async t => {
	const {s3, client} = await start(t);
	await s3.put('backups', 'a', '');
	await s3.put('backups', 'b', '');
	client.middlewareStack.add(next => async parameters => {
		(parameters.request as {path: string}).path = '/backups/b';
		return next(parameters);
	}, {step: 'deserialize', name: 'forge', priority: 'low'});
	await t.throwsAsync(client.send(new GetObjectCommand({...inBackups, Key: 'a'})), {name: 'SignatureDoesNotMatch'});
});

test('what the stand-in does not know it says so', async t => {
	const {client} = await start(t);
	await t.throwsAsync(client.send(new GetBucketAclCommand(inBackups)), {name: 'NotImplemented', message: /stand-in.*acl/v});
});
