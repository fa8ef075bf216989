import test from 'ava';
import {artifact, at, owner} from '../../shared/catalogue/history.ts';
import {createMemoryStore, type MemoryOptions} from '../../shared/catalogue/memory-store.ts';
import {runReleaseJob} from '#jobs/release/release-job.ts';
import {claimDirectory} from '#shared/catalogue/owner.ts';
import {openDirectory} from '#shared/catalogue/directory.ts';
import {silentLog} from '#shared/log.ts';
import {holdPin} from '#shared/restore/hold-pin.ts';
import {writeRestorePin} from '#shared/restore/restore-pin.ts';
import {type RestoreJobSpec} from '#shared/restore/restore-spec.ts';
import {StoreError, type StoreLocation} from '#shared/stores/store.ts';

const uid = '7d1f6c3e-0000-4000-8000-000000000001';

const spec = (location: StoreLocation): RestoreJobSpec => ({
	restore: 'neo4j/back', uid, location, database: 'neo4j', wanted: {kind: 'artifact', name: artifact(1).name},
});

/** A directory that two restores and a fetch hold, the first restore twice because it was resolved anew. */
const start = async (options: MemoryOptions = {}) => {
	const store = createMemoryStore({...options, now: () => at(3)});
	await claimDirectory(store, owner);
	await holdPin(store, {id: '0123456789abcdef', holder: 'laptop:/tmp', artifacts: [artifact(1).name]}, {now: () => at(3), lifetimeMs: 1000});
	const hold = async (name: string, days: number) => writeRestorePin(store, {restore: 'neo4j/back', uid: name, artifacts: [artifact(days).name]}, at(3));
	await hold(uid, 1);
	await hold(uid, 2);
	await hold(uid.replace('7', '8'), 1);
	const opened: string[] = [];
	return {
		opened,
		async release(given: {readonly location?: StoreLocation; readonly environment?: NodeJS.ProcessEnv} = {}) {
			const {location = {type: 's3', bucket: 'backups', path: 'daily'}} = given;
			const {environment = {RESTORE: JSON.stringify(spec(location))}} = given;
			return runReleaseJob(environment, {
				log: silentLog(),
				async open(one) {
					opened.push(one.path);
					return store;
				},
			});
		},
		async pins() {
			const {pins} = await openDirectory(store);
			return pins.map(({key}) => key.split('/').at(-1));
		},
	};
};

test('all pins of the restore go, and those of others stay', async t => {
	const {release, pins} = await start();
	const before = await pins();
	t.is(before.length, 4);
	t.is(await release(), 0);
	t.deepEqual(await pins(), ['fetch-0123456789abcdef-1.json', `restore-${uid.replace('7', '8')}.json`]);
	t.is(await release(), 0, 'there is nothing left to do');
});

test('what was taken out of an archive is let go of in the directory above it', async t => {
	const {release, opened} = await start();
	await release({location: {type: 's3', bucket: 'backups', path: 'daily/.neo4j-backup/archive'}});
	t.deepEqual(opened, ['daily/.neo4j-backup/archive', 'daily']);
});

test('a pin that cannot be removed fails nothing, and expires', async t => {
	const {release, pins} = await start({refuses: key => ({key, reason: 'AccessDenied', message: 'no right'})});
	t.is(await release(), 0);
	const left = await pins();
	t.is(left.length, 4);
});

test('a store that cannot be reached and a task that is missing fail nothing', async t => {
	const {release} = await start();
	t.is(await release({environment: {}}), 0);
	t.is(await runReleaseJob({RESTORE: JSON.stringify(spec({type: 's3', bucket: 'backups', path: ''}))}, {
		log: silentLog(),
		async open() {
			throw new StoreError('Unreachable', 'no answer');
		},
	}), 0);
});
