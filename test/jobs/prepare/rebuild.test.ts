import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import test from 'ava';
import {artifact, at} from '../../shared/catalogue/history.ts';
import {createMemoryStore} from '../../shared/catalogue/memory-store.ts';
import {runSpec} from '../run-spec.ts';
import {prepare} from '#jobs/prepare/prepare.ts';
import {runFolder} from '#jobs/run-folder.ts';
import {isRebuilding} from '#shared/catalogue/attempt.ts';

const {name} = artifact(1);

const spec = (staging: string) => runSpec({
	known: {oldest: at(1).toISOString(), since: at(0).toISOString()}, location: {type: 'azure', bucket: 'bucket', path: 'daily'}, staging,
});

test('artifacts of a lost catalogue for which the Pod has no room are left alone, and a later run with room for them reads them', async t => {
	const root = await mkdtemp(path.join(tmpdir(), 'rebuild-'));
	t.teardown(async () => rm(root, {recursive: true, force: true}));
	const store = createMemoryStore({now: () => at(3)});
	const pod = async (number: number) => {
		const folder = runFolder(path.join(root, `run-${number}`));
		await folder.writeFlag('followFull');
		const staging = path.join(root, `artifacts-${number}`);
		await prepare({
			spec: spec(staging), store: {...store, download: async () => Readable.from(['abc'])}, folder, podName: `pod-${number}`,
		});
		const {unfinished} = await folder.readAttempt();
		return {
			told: await folder.readNotRebuilt(), adopted: await folder.readAdopted(), rebuilds: unfinished.some(attempt => isRebuilding(attempt)), staged: await readdir(staging),
		};
	};

	store.put(name, 10 ** 18);
	const without = await pod(1);
	t.regex(without.told.join('\n'), /^the catalogue was lost and is not rebuilt: .* set options\.tempStorage\.size to at least 2\d{3}(?:\.\d)?PB$/v);
	t.like(without, {adopted: [], rebuilds: false, staged: []});

	store.put(name, 3);
	t.deepEqual(await pod(2), {
		told: [], adopted: [name], rebuilds: true, staged: [name],
	});
});
