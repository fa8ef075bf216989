import test from 'ava';
import {createAttachments} from '#local/node/attachments.ts';
import {type Claim, type Pod} from '#local/node/workloads.ts';

const claimOf = (name: string): Claim => ({
	apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: {namespace: 'test', name, uid: name}, spec: {accessModes: ['ReadWriteOnce']},
});

const claims = [claimOf('data'), claimOf('backups')];

const podOf = (name: string, ...mounted: readonly string[]): Pod => ({
	apiVersion: 'v1', kind: 'Pod', metadata: {namespace: 'test', name, uid: name},
	spec: {containers: [], volumes: mounted.map(claimName => ({name: claimName, persistentVolumeClaim: {claimName}}))},
});

test('a volume is the next one\'s who waited for it, also when another asks first', t => {
	const {attach, release} = createAttachments();
	const [first, second, third] = [podOf('first', 'data'), podOf('second', 'data'), podOf('third', 'data')];
	t.deepEqual(attach(first, 'a', claims), []);
	t.deepEqual(attach(second, 'b', claims), [{claim: claims[0], users: ['first']}]);
	t.deepEqual(attach(third, 'c', claims), [{claim: claims[0], users: ['first']}]);
	release('first');
	t.deepEqual(attach(third, 'c', claims), [{claim: claims[0], users: []}]);
	t.deepEqual(attach(second, 'b', claims), []);
	release('second');
	t.deepEqual(attach(third, 'c', claims), []);
});

test('who waits for one volume holds the others meanwhile, so that two can wait for each other for ever', t => {
	const {attach, release} = createAttachments();
	const [run, restore] = [podOf('run', 'backups', 'data'), podOf('restore', 'data', 'backups')];
	t.deepEqual(attach(podOf('server', 'data'), 'a', claims), []);
	t.deepEqual(attach(run, 'b', claims).map(({claim}) => claim.metadata.name), ['data']);
	t.deepEqual(attach(restore, 'c', claims).map(({claim}) => claim.metadata.name), ['data', 'backups']);
	release('server');
	t.deepEqual(attach(restore, 'c', claims).map(({claim}) => claim.metadata.name), ['data', 'backups']);
	t.deepEqual(attach(run, 'b', claims), []);
});
