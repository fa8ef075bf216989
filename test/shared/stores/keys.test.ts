import {Buffer} from 'node:buffer';
import test from 'ava';
import fc from 'fast-check';
import {checkKey, compareKeys} from '#shared/stores/keys.ts';
import {partBytesFor} from '#shared/stores/sizes.ts';

test('keys are ordered by their bytes', t => {
	fc.assert(fc.property(fc.string({unit: 'binary'}), fc.string({unit: 'binary'}), (left, right) => {
		t.is(compareKeys(left, right), Buffer.compare(Buffer.from(left), Buffer.from(right)));
	}));
	t.true(compareKeys('\u{FF5E}', '\u{1F600}') < 0);
	t.true(compareKeys('daily-2', 'daily/') < 0);
});

test('what a URL parser makes of an accepted key is the key', t => {
	fc.assert(fc.property(fc.array(fc.oneof(fc.constantFrom('.', '..', '', 'a', '%2e%2e', 'a b', '?', '#', '\\'), fc.string())).map(parts => parts.join('/')), key => {
		try {
			checkKey(key);
		} catch {
			return;
		}

		const path = key.split('/').map(part => encodeURIComponent(part)).join('/');
		t.is(decodeURIComponent(new URL(`http://host/bucket/${path}`).pathname), `/bucket/${key}`);
	}), {numRuns: 1000});
});

test('a large object never takes more than 9,000 parts, nor parts that are too small', t => {
	const least = 8 * 1024 * 1024;
	fc.assert(fc.property(fc.integer({min: 0, max: 50 * (1024 ** 4)}), size => {
		const part = partBytesFor(size, least);
		t.true(part >= least);
		t.true(Math.ceil(size / part) <= 9000);
		t.true(part === least || part <= (size / 9000) + 1);
	}));
});
