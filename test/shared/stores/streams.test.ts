import {Buffer} from 'node:buffer';
import {Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import test from 'ava';
import fc from 'fast-check';
import {StoreError} from '#shared/stores/store.ts';
import {cutIntoParts, guardDownload, readWhole} from '#shared/stores/streams.ts';

const collect = async (parts: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> => {
	const collected: Uint8Array[] = [];
	for await (const part of parts) {
		collected.push(part);
	}

	return collected;
};

test('a body is cut into parts of one size, the last one shorter, and nothing is lost', async t => {
	await fc.assert(fc.asyncProperty(fc.array(fc.uint8Array({maxLength: 50})), fc.integer({min: 1, max: 40}), async (chunks, partBytes) => {
		const whole = Buffer.concat(chunks);
		const parts = await collect(cutIntoParts(Readable.from(chunks, {objectMode: true}), 'Uploading', {size: whole.length, partBytes}));
		t.true(Buffer.concat(parts).equals(whole));
		t.true(parts.slice(0, -1).every(part => part.length === partBytes));
		t.is(parts.length, Math.max(1, Math.ceil(whole.length / partBytes)));
	}));
});

test('a body of another size than announced fails', async t => {
	await fc.assert(fc.asyncProperty(fc.uint8Array({maxLength: 100}), fc.integer({min: 0, max: 100}), fc.integer({min: 1, max: 40}), async (bytes, size, partBytes) => {
		fc.pre(size !== bytes.length);
		await t.throwsAsync(collect(cutIntoParts(Readable.from([Buffer.from(bytes)]), 'Uploading', {size, partBytes})), {instanceOf: StoreError});
	}));
});

test('a body that never ends is left once it is too long', async t => {
	let taken = 0;
	const endless = Readable.from((async function * () {
		for (;;) {
			taken++;
			yield Buffer.alloc(10);
		}
	})());
	await t.throwsAsync(collect(cutIntoParts(endless, 'Uploading', {size: 100, partBytes: 30})), {message: /announced/v});
	t.true(taken < 100);
});

test('a download that ends early fails, one that is whole does not', async t => {
	const downloading = async (size: number) => buffer(guardDownload(Readable.from([Buffer.alloc(10)]), 'Reading', {size, idleMs: 1000}));
	await t.throwsAsync(downloading(11), {code: 'Unreachable'});
	const whole = await downloading(10);
	t.is(whole.length, 10);
});

test('a download that stands still fails, and is ended', async t => {
	const source = new Readable({
		read() {
		// Nothing ever comes.
		},
	});
	await t.throwsAsync(buffer(guardDownload(source, 'Reading', {size: 10, idleMs: 30})), {code: 'TimedOut'});
	t.true(source.destroyed);
});

test('a slow reader is no fault of the store', async t => {
	const body = guardDownload(Readable.from([Buffer.alloc(5), Buffer.alloc(5)]), 'Reading', {size: 10, idleMs: 30});
	let seen = 0;
	for await (const chunk of body as AsyncIterable<Uint8Array>) {
		seen += chunk.length;
		await new Promise(resolve => {
			setTimeout(resolve, 80);
		});
	}

	t.is(seen, 10);
});

test('who stops reading ends the download', async t => {
	const source = Readable.from([Buffer.alloc(5), Buffer.alloc(5)]);
	const reader = (guardDownload(source, 'Reading', {size: 10, idleMs: 1000}) as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
	await reader.next();
	await reader.return?.();
	t.true(source.destroyed);
});

test('what is read whole is bounded', async t => {
	await t.throwsAsync(readWhole(Readable.from([Buffer.alloc(6), Buffer.alloc(6)]), 'Reading', 11), {code: 'TooLarge'});
	const whole = await readWhole(Readable.from([Buffer.alloc(6), Buffer.alloc(6)]), 'Reading', 12);
	t.is(whole.length, 12);
});
