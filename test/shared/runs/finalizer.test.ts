import test from 'ava';
import {deleteBackupsFinalizer} from '#shared/api/group.ts';
import {finalizerStep, type FinalizerStep} from '#shared/runs/finalizer.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

const deletedAt = '2026-01-01T00:00:00Z';

type Given = {readonly policy?: 'Delete' | 'Retain'; readonly finalized?: boolean; readonly deleted?: boolean; readonly minutes?: number};

const step = ({policy, finalized = false, deleted = false, minutes = 0}: Given): FinalizerStep => {
	const backup = {
		metadata: {name: 'daily', finalizers: ['other', ...finalized ? [deleteBackupsFinalizer] : []], ...(deleted && {deletionTimestamp: deletedAt})},
		spec: {deletionPolicy: policy},
	};
	return finalizerStep(backup as unknown as Neo4jBackup, new Date(Date.parse(deletedAt) + (minutes * 60_000)));
};

const leadsTo = test.macro((t, given: Given, expected: FinalizerStep) => {
	t.is(step(given), expected);
});

test('without deletionPolicy there is no finalizer', leadsTo, {}, 'none');
test('deletionPolicy Delete asks for one', leadsTo, {policy: 'Delete'}, 'add');
test('it stays while the policy does', leadsTo, {policy: 'Delete', finalized: true}, 'none');
test('Retain again takes it off', leadsTo, {policy: 'Retain', finalized: true}, 'remove');
test('Retain again takes it off also from a deleted Neo4jBackup, and deletes no backup', leadsTo, {policy: 'Retain', finalized: true, deleted: true}, 'remove');
test('a deleted Neo4jBackup gets none any more', leadsTo, {policy: 'Delete', deleted: true}, 'none');
test('a deleted one with it has its backups deleted', leadsTo, {
	policy: 'Delete', finalized: true, deleted: true, minutes: 59,
}, 'deleteBackups');
test('and is let go after an hour', leadsTo, {
	policy: 'Delete', finalized: true, deleted: true, minutes: 60,
}, 'giveUp');
