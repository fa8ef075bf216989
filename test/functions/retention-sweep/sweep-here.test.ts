import test from 'ava';
import {artifact, day, start} from '../../shared/catalogue/history.ts';
import {dailyFulls, startDirectory, type Directory} from './directory.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

const changed = (directory: Directory, metadata: Partial<Neo4jBackup['metadata']>): void => {
	const backup = directory.kube.backup();
	directory.kube.write({...backup, metadata: {...backup.metadata, ...metadata}});
};

const stopsFor = test.macro(async (t, happens: (directory: Directory) => void) => {
	const directory = await startDirectory(t, {maxCount: 1});
	await dailyFulls(directory, 4);
	await directory.sweep();
	directory.today += 1 / 24;
	let reads = 0;
	await directory.sweep({
		...directory.kube,
		async get(reference) {
			// First to know what to do, then for the time, at last before something is deleted.
			if (reference.kind === 'Neo4jBackup' && ++reads === 3) {
				happens(directory);
			}

			return directory.kube.get(reference);
		},
	});
	t.true(reads >= 3);
	t.is(directory.files().length, 4);
});

test('a CR that is gone by the time something is to be deleted stops the sweep', stopsFor, directory => {
	directory.kube.remove('Neo4jBackup', 'daily');
});
test('a CR that was deleted and made again meanwhile stops the sweep: the new one may want something else', stopsFor, directory => {
	changed(directory, {uid: 'uid-of-another'});
});
test('a CR that is being deleted by the time something is to be deleted stops the sweep', stopsFor, directory => {
	changed(directory, {deletionTimestamp: new Date(start + (5 * day)).toISOString(), finalizers: ['example.com/other']});
});

test('days, weeks and months of keep begin in the time zone of the CR', async t => {
	for (const [timeZone, left] of [['Asia/Tokyo', [1, 2]], ['UTC', [0, 2]]] as const) {
		const directory = await startDirectory(t, {keep: {daily: 2}}, {spec: {timeZone}});
		// Of these the first two are of one day in Tokyo, and the last two are in Greenwich.
		const names: string[] = [];
		for (const hours of [23.5, 24.5, 44]) {
			const one = artifact(hours / 24);
			await directory.run(hours / 24, [one]);
			names.push(one.name);
		}

		await directory.sweepTwice();
		t.deepEqual(directory.files(), left.map(index => names[index]!), `days of ${timeZone}`);
	}
});

for (const [elapsed, left] of [[29_999, 1], [30_000, 4]] as const) {
	test(`of a sweep whose reading lasts until ${elapsed} ms after its beginning ${left === 1 ? 'all is deleted that is due' : 'nothing is deleted any more, and the next one deletes it'}`, async t => {
		const directory = await startDirectory(t, {maxCount: 1});
		await dailyFulls(directory, 4);
		await directory.sweep();
		directory.today += 1 / 24;
		directory.asked = () => {
			directory.elapsed = elapsed;
		};

		const {retention} = await directory.sweep();
		t.is(directory.files().length, left);
		t.is((retention?.message ?? '').includes('its time was over'), left > 1);
		await directory.sweep();
		t.is(directory.files().length, 1);
	});
}
