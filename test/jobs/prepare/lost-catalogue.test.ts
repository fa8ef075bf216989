import test from 'ava';
import {
	artifact, at, manifest, owner,
} from '../../shared/catalogue/history.ts';
import {createMemoryStore} from '../../shared/catalogue/memory-store.ts';
import {lostSince} from '#jobs/prepare/lost-catalogue.ts';
import {claimDirectory} from '#shared/catalogue/owner.ts';
import {type RunManifest} from '#shared/catalogue/manifest.ts';
import {readCatalogue} from '#shared/catalogue/read.ts';
import {writeManifest} from '#shared/catalogue/write.ts';
import {openAttempt} from '#shared/catalogue/attempt.ts';

const directory = async (...manifests: readonly RunManifest[]) => {
	const store = createMemoryStore({now: () => at(30)});
	await claimDirectory(store, owner);
	for (const each of manifests) {
		await writeManifest(store, each);
	}

	return store;
};

const known = {oldest: at(5).toISOString(), since: at(4).toISOString()};
const plain = {known, adoptStorage: false};

test('a catalogue that knows nothing as old as what the status tells was lost, and what the CR may have written since it was made is its own', async t => {
	t.is(lostSince(plain, await readCatalogue(await directory())), known.since);
	t.is(lostSince(plain, await readCatalogue(await directory(manifest(6, [artifact(6)])))), known.since);
	t.is(lostSince(plain, await readCatalogue(await directory(manifest(5, [artifact(5)]), manifest(6, [artifact(6)])))), undefined);
});

test('files in a directory of which no status told are not taken over, unless the user had this CR adopt it', async t => {
	const empty = await readCatalogue(await directory());
	t.is(lostSince({adoptStorage: false}, empty), undefined);
	t.is(lostSince({adoptStorage: true}, empty), '1970-01-01T00:00:00.000Z');
	t.is(lostSince({adoptStorage: true}, await readCatalogue(await directory(manifest(6, [artifact(6)])))), undefined);
});

test('nothing is rebuilt beside an index, nor while an attempt is open or a file cannot be read', async t => {
	const swept = await directory();
	await swept.create('.neo4j-backup/index-3.json', JSON.stringify({
		version: 1, number: 3, writtenAt: at(6).toISOString(), writer: 's', runs: [], goneRuns: [], expiring: [], missing: [], deleted: [], archivedInPlace: [],
	}));
	const open = await directory();
	await openAttempt(open, {
		runID: manifest(6, []).runID, attempt: 1, startedAt: at(6).toISOString(), pod: 'pod', requested: [],
	});
	const spoilt = await directory();
	spoilt.put('.neo4j-backup/index-3.json', 1);
	for (const store of [swept, open, spoilt]) {
		t.is(lostSince(plain, await readCatalogue(store)), undefined);
	}
});
