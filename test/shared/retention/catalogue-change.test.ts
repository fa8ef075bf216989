import test from 'ava';
import {createMemoryStore} from '../catalogue/memory-store.ts';
import {listCatalogue} from '#shared/catalogue/listing.ts';
import {catalogueChange} from '#shared/retention/catalogue-change.ts';

const pageSize = 10;

/** A catalogue with so many files in each folder that grows with databases and archived artifacts. */
const catalogue = async (files: number, options: Parameters<typeof createMemoryStore>[0] = {}) => {
	const store = createMemoryStore({pageSize, ...options});
	const put = (key: string) => {
		store.put(`.neo4j-backup/${key}`, 1);
	};

	for (const key of ['owner.json', 'index-1.json', 'runs/20260101000000-0000abcd.json', 'pins/old.json', 'sweeps/20260101000000-0000abcd.json', 'version.json']) {
		put(key);
	}

	for (let number = 0; number < files; number++) {
		put(`parts/1-0123456789abcdef-db${number}.json`);
		put(`archive/db${number}-2026-01-01T00-00-00.backup`);
	}

	return {store, put, before: await listCatalogue(store)};
};

test('a look for changes costs no more requests where there are very many databases and archived artifacts', async t => {
	const requestsOf = async (files: number): Promise<number> => {
		const {store, before} = await catalogue(files);
		const earlier = store.requests.length;
		t.is(await catalogueChange(store, before), undefined);
		return store.requests.length - earlier;
	};

	const few = await requestsOf(20);
	t.true(few <= 6, `${few}`);
	t.is(await requestsOf(2000), few);
});

for (const key of ['owner-1.json', 'pins/new.json', 'runs/20260102000000-0000abcd-1.open', 'runs/20260102000000-0000abcd.json', 'stranger.txt']) {
	test(`among very many parts it is seen that ${key} came or went`, async t => {
		const {store, put, before} = await catalogue(200);
		put(key);
		const came = await catalogueChange(store, before);
		t.regex(came ?? '', new RegExp(RegExp.escape(`${key} came or went`), 'v'));
		const after = await listCatalogue(store);
		store.objects.delete(`.neo4j-backup/${key}`);
		t.is(await catalogueChange(store, after), came);
	});
}

test('what a sweep writes itself, and a record of another, is no change', async t => {
	const {store, put, before} = await catalogue(200);
	for (const key of ['parts/2-0123456789abcdef-db0.json', 'archive/db7-2026-01-02T00-00-00.backup', 'sweeps/20260102000000-0000abcd.json']) {
		put(key);
	}

	t.is(await catalogueChange(store, before), undefined);
});

test('a listing that is cut off is a change, unless it was among the parts, behind which it goes on all the same', async t => {
	const {store: whole, before} = await catalogue(20);
	const ends: string[] = [];
	for (let page = 0; ; page++) {
		let listed = 0;
		const store = createMemoryStore({objects: whole.objects, pageSize, fault: ({method}) => method === 'list' && listed++ === page ? 'cut' : undefined});
		const change = await catalogueChange(store, before);
		if (listed <= page) {
			break;
		}

		const isLast = listed === page + 1;
		t.is(change !== undefined, isLast, `page ${page}`);
		ends.push(isLast ? 'stops' : 'goes on');
	}

	t.deepEqual(ends, ['goes on', 'goes on', 'stops']);
});
