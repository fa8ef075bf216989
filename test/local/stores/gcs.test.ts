import {Buffer} from 'node:buffer';
import {readFile} from 'node:fs/promises';
import {IdempotencyStrategy, Storage, type Bucket} from '@google-cloud/storage';
import test, {type ExecutionContext} from 'ava';
import {startGcs, type GcsOptions, type GcsServer} from '#local/stores/gcs.ts';

// The stand-in as Google's own client finds it.
const start = async (t: ExecutionContext, options: Partial<GcsOptions> = {}): Promise<{readonly gcs: GcsServer; readonly bucket: Bucket}> => {
	const gcs = await startGcs({buckets: ['backups'], isOpen: true, ...options});
	t.teardown(gcs.stop);
	const storage = new Storage({apiEndpoint: gcs.endpoint, projectId: 'stand-in', retryOptions: {autoRetry: false, idempotencyStrategy: IdempotencyStrategy.RetryNever}});
	return {gcs, bucket: storage.bucket('backups')};
};

// The client's own download warns of a leak of its own.
const download = async ({endpoint}: GcsServer, key: string): Promise<Uint8Array> => {
	const answer = await fetch(`${endpoint}/storage/v1/b/backups/o/${encodeURIComponent(key)}?alt=media`);
	return Buffer.from(await answer.arrayBuffer());
};

for (const resumable of [true, false]) {
	test(`an object is saved, read and described (${resumable ? 'in chunks' : 'at once'})`, async t => {
		const {gcs, bucket} = await start(t);
		const bytes = Buffer.alloc(700_000, 'bytes');
		await bucket.file('a b+ü/%.backup').save(bytes, {
			resumable, chunkSize: 256 * 1024, validation: 'md5', metadata: {storageClass: 'NEARLINE'},
		});

		const [stored] = gcs.objects('backups');
		t.true(bytes.equals(await readFile(stored!.file)));
		const read = await download(gcs, 'a b+ü/%.backup');
		t.true(bytes.equals(read));
		const [metadata] = await bucket.file('a b+ü/%.backup').getMetadata();
		t.like(metadata, {size: '700000', storageClass: 'NEARLINE'});
		t.is(gcs.openUploads(), 0);
	});
}

test('a listing goes from page to page', async t => {
	const {bucket} = await start(t, {pageSize: 2});
	for (const name of ['a', 'b/1', 'b/2', 'c', 'd']) {
		await bucket.file(name).save('', {resumable: false, validation: false});
	}

	const [all] = await bucket.getFiles();
	t.deepEqual(all.map(({name}) => name), ['a', 'b/1', 'b/2', 'c', 'd']);
	const [some] = await bucket.getFiles({prefix: 'b/'});
	t.deepEqual(some.map(({name}) => name), ['b/1', 'b/2']);
	const [later] = await bucket.getFiles({startOffset: 'b/2'});
	t.deepEqual(later.map(({name}) => name), ['b/2', 'c', 'd']);
});

test('a write on a condition that does not hold is refused', async t => {
	const {gcs, bucket} = await start(t);
	const options = {resumable: false, validation: false, preconditionOpts: {ifGenerationMatch: 0}} as const;
	await bucket.file('a').save('one', options);
	await t.throwsAsync(bucket.file('a').save('two', options), {code: 412});
	const [metadata] = await bucket.file('a').getMetadata();
	await bucket.file('a').save('two', {...options, preconditionOpts: {ifGenerationMatch: Number(metadata.generation)}});
	const read = await download(gcs, 'a');
	t.is(new TextDecoder().decode(read), 'two');
});

test('an object is copied, moved to another class, and deleted', async t => {
	const {bucket} = await start(t);
	await bucket.file('a').save('content', {resumable: false, validation: false});
	await bucket.file('a').copy('b');
	await bucket.file('b').setStorageClass('archive');
	const [metadata] = await bucket.file('b').getMetadata();
	t.like(metadata, {size: '7', storageClass: 'ARCHIVE'});
	await bucket.file('a').delete();
	await t.throwsAsync(bucket.file('a').delete(), {code: 404});
	await t.throwsAsync(bucket.file('b').setStorageClass('papyrus'), {code: 400});
});

test('buckets are looked at', async t => {
	const {bucket} = await start(t);
	const [exists] = await bucket.exists();
	t.true(exists);
	const [other] = await bucket.storage.bucket('none').exists();
	t.false(other);
});
