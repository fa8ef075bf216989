import test from 'ava';
import fc from 'fast-check';
import {compareKeys} from '#shared/stores/keys.ts';
import {streamListing, type ListingPage} from '#shared/stores/listing.ts';
import {type StoredObject} from '#shared/stores/store.ts';

const object = (key: string): StoredObject => ({key, size: 1, modified: new Date(0)});

type Paged = {readonly pages: ReadonlyArray<readonly string[]>; readonly tokens?: readonly string[]; readonly prefix?: string; readonly after?: string};

const list = async ({pages, tokens = pages.slice(1).map((_, index) => `token ${index}`), prefix = '', after}: Paged): Promise<string[]> => {
	let fetched = 0;
	const keys: string[] = [];
	const fetchPage = async (): Promise<ListingPage> => {
		const next = tokens[fetched];
		const page = pages[fetched++] ?? [];
		return {objects: page.map(key => object(key)), ...(next !== undefined && {next})};
	};

	for await (const page of streamListing({
		name: 'Listing', base: 'daily/', prefix, fetchPage, ...(after !== undefined && {after}),
	})) {
		keys.push(...page.map(({key}) => key));
	}

	return keys;
};

const isDoubtful = test.macro(async (t, paged: Paged, reason: RegExp) => {
	await t.throwsAsync(list(paged), {code: 'DoubtfulAnswer', message: reason});
});

test('a page that comes twice', isDoubtful, {pages: [['daily/a', 'daily/b'], ['daily/a', 'daily/b']]}, /"daily\/a" comes after "daily\/b"/v);
test('a key that comes twice', isDoubtful, {pages: [['daily/a', 'daily/a']]}, /comes after/v);
test('keys out of order', isDoubtful, {pages: [['daily/b', 'daily/a']]}, /comes after/v);
test('keys out of order over the border of a page', isDoubtful, {pages: [['daily/b'], ['daily/a']]}, /comes after/v);
test('a key of another directory', isDoubtful, {pages: [['daily-2/a']]}, /not asked for/v);
test('a key of another prefix', isDoubtful, {pages: [['daily/a', 'daily/b']], prefix: 'a'}, /not asked for/v);
test('a continuation token that comes again', isDoubtful, {pages: [['daily/a'], ['daily/b'], ['daily/c']], tokens: ['x', 'x', 'y']}, /token/v);
test('tokens that go in a circle over empty pages', isDoubtful, {pages: [], tokens: ['x', 'y', 'x', 'y']}, /token/v);

test('the marker that a console makes of a folder is no object', async t => {
	t.deepEqual(await list({pages: [['daily/', 'daily/a']]}), ['a']);
});

test('however it is paged, a listing is all keys after the given one, in order', async t => {
	await fc.assert(fc.asyncProperty(fc.uniqueArray(fc.string({minLength: 1})), fc.integer({min: 1, max: 5}), fc.option(fc.string()), async (names, pageSize, after) => {
		const keys = names.toSorted(compareKeys);
		const pages = Array.from({length: Math.ceil(keys.length / pageSize)}, (_, index) => keys.slice(index * pageSize, (index + 1) * pageSize).map(key => `daily/${key}`));
		t.deepEqual(await list({pages, ...(after !== null && {after})}), keys.filter(key => after === null || compareKeys(key, after) > 0));
	}));
});
