import test from 'ava';
import {planSweep} from '../../../functions/noobaa-database/plan-sweep.ts';
import {scheduledSets} from '../../../functions/noobaa-database/schedule-chains.ts';
import {sweepSnapshots} from '../../../functions/noobaa-database/sweep-snapshots.ts';
import {clusterName, madeUp, nooBaaOf} from './made-up.ts';
import {type OutgoingEvent} from '#shared/events/emit.ts';
import {type KubeClient} from '#shared/kube/client.ts';
import {KubeUnavailableError} from '#shared/kube/kube-error.ts';
import {silentLog} from '#shared/log.ts';
import {type NooBaa} from '#shared/noobaa/objects.ts';

const now = new Date('2026-06-01T00:00:00Z');
const nooBaa = nooBaaOf(1);
const {backups, snapshots} = madeUp(['one', 'two', 'three'].map((name, index) => ({name, at: `2026-01-0${index + 1}T00:00:00Z`, parts: ['', '-wal']})));
const plan = planSweep({nooBaa, sets: scheduledSets(clusterName, backups, snapshots), clusters: []}, now);

/** Sweeps with a NooBaa that is read as it is given, and a deletion or an event that may fail. */
const sweep = async ({current = nooBaa, failing = [], isDeaf = false}: {readonly current?: NooBaa | undefined; readonly failing?: readonly string[]; readonly isDeaf?: boolean}) => {
	const deleted: string[] = [];
	const emitted: OutgoingEvent[] = [];
	const kube = {
		get: async () => current,
		async delete({kind, name}: {kind: string; name: string}, {uid}: {uid?: string} = {}) {
			if (failing.includes(name)) {
				throw new KubeUnavailableError('no answer');
			}

			deleted.push(`${kind} ${name} ${uid}`);
		},
		create: async (object: unknown) => object,
		now: async () => now,
	} as unknown as KubeClient;
	const emitter = {
		async emit(event: OutgoingEvent) {
			if (isDeaf) {
				throw new Error('no Broker');
			}

			emitted.push(event);
		},
	};
	const failure = await sweepSnapshots({
		kube, emitter, log: silentLog(), localNow: () => now,
	}, nooBaa, plan, undefined).then(() => undefined, (error: unknown) => error as Error);
	return {deleted, emitted, failure};
};

test('what is deleted is what was planned for, by its uid, the Backup last', async t => {
	const {deleted, failure} = await sweep({});
	t.is(failure, undefined);
	t.deepEqual(deleted.filter(line => line.includes(' one')), ['VolumeSnapshot one uid-of-one', 'VolumeSnapshot one-wal uid-of-one-wal', 'Backup one uid-of-one']);
	t.is(deleted.length, 6);
});

for (const [title, current] of Object.entries({
	'was changed since the plan': {...nooBaa, metadata: {...nooBaa.metadata, generation: 7}}, 'is being deleted': {...nooBaa, metadata: {...nooBaa.metadata, deletionTimestamp: now.toISOString()}}, 'was made again': {...nooBaa, metadata: {...nooBaa.metadata, uid: 'another'}},
})) {
	test(`nothing is deleted for a NooBaa that ${title}`, async t => {
		const {deleted, emitted} = await sweep({current});
		t.deepEqual(deleted, []);
		t.deepEqual(emitted, []);
	});
}

test('where the Broker takes no event the Backups stay, so that the next sweep tells again, under the same id', async t => {
	const deaf = await sweep({isDeaf: true});
	t.is(deaf.failure?.message, 'no Broker');
	t.deepEqual(deaf.deleted.filter(line => line.startsWith('Backup')), []);
	const [one, again] = [await sweep({}), await sweep({})];
	t.is(one.emitted[0]!.id, again.emitted[0]!.id);
});

test('what fails for the moment is tried again at once, by the event that comes again, and the rest is done', async t => {
	const {deleted, emitted, failure} = await sweep({failing: ['one-wal']});
	t.regex(failure!.message, /1 VolumeSnapshots could not be deleted for now: no answer/v);
	t.deepEqual(deleted.filter(line => line.startsWith('Backup')), ['Backup two uid-of-two']);
	t.like(emitted[0]?.data, {failures: [{name: 'one-wal', reason: 'no answer'}]});
	const whole = await sweep({});
	t.not(emitted[0]!.id, whole.emitted[0]!.id, 'another outcome is another event');
});
