import test from 'ava';
import {oneShot, startDesk, type Desk} from './desk.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';

type Claim = KubeObject & {readonly spec: {readonly storageClassName?: string; readonly accessModes: readonly string[]; readonly resources: {readonly requests: {readonly storage: string}}}};

const claims = async ({list}: Desk): Promise<readonly Claim[]> => list<Claim>('v1', 'PersistentVolumeClaim');

const claim = (name: string, storage: string): Manifest => ({
	apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: {name}, spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage}}},
});

const into = (name: string, pvc: Readonly<Record<string, unknown>>) => oneShot(name, {storage: {type: 'pvc', path: 'backups', pvc}});

const claimOf = async ({jobOf}: Desk, name: string): Promise<unknown> => {
	const {spec: {template: {spec}}} = await jobOf(name);
	return spec.volumes.find(({name: volume}) => volume === 'storage')?.['persistentVolumeClaim'];
};

test('[B-058] the claim that the CR names is used and no other is made, with a size and without', async t => {
	const desk = await startDesk(t);
	await desk.apply(claim('backup-storage', '100Gi'), into('named', {name: 'backup-storage'}), into('sized', {name: 'backup-storage', size: '50Gi'}));
	for (const name of ['named', 'sized']) {
		t.deepEqual(await claimOf(desk, name), {claimName: 'backup-storage'});
	}

	const found = await claims(desk);
	t.deepEqual(found.map(({metadata}) => metadata.name), ['backup-storage']);
	t.deepEqual(await desk.eventsOf('sized', 'ClaimSmallerThanAsked'), []);
});

test('[B-059] [B-060] a missing claim is made with size and class before the run, and outlives the CR', async t => {
	const desk = await startDesk(t);
	await desk.apply(into('unnamed', {size: '100Gi'}), into('named', {name: 'my-claim', size: '1.5Ti', storageClassName: 'fast'}), into('empty', {name: '', size: '1Gi'}));
	t.deepEqual(await claimOf(desk, 'unnamed'), {claimName: 'unnamed-backup-storage'});
	t.deepEqual(await claimOf(desk, 'named'), {claimName: 'my-claim'});
	t.deepEqual(await claimOf(desk, 'empty'), {claimName: 'empty-backup-storage'});
	const summary = async () => {
		const found = await claims(desk);
		return found.map(({metadata, spec}) => [metadata.name, spec.resources.requests.storage, spec.storageClassName, spec.accessModes.join(','), metadata.ownerReferences]);
	};

	const made = [
		['empty-backup-storage', '1Gi', undefined, 'ReadWriteOnce', undefined],
		['my-claim', '1536Gi', 'fast', 'ReadWriteOnce', undefined],
		['unnamed-backup-storage', '100Gi', undefined, 'ReadWriteOnce', undefined],
	];
	t.deepEqual(await summary(), made);
	for (const name of ['unnamed', 'named', 'empty']) {
		await desk.runtime.kube.delete({
			apiVersion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', namespace: 'neo4j', name,
		});
	}

	await desk.runtime.settled();
	t.deepEqual(await desk.jobs(), [], 'what the CR owns is gone');
	t.deepEqual(await summary(), made);
});

test('[B-062] a claim that is not there, without a size, starts no Job; the message names it, and the run comes once it is there', async t => {
	const desk = await startDesk(t);
	const {apply, backup, jobsOf, eventsOf, minutes} = desk;
	await apply(into('waiting', {name: 'backup-storage'}));
	t.deepEqual(await jobsOf('waiting'), []);
	t.deepEqual(await claims(desk), []);
	const {status} = await backup('waiting');
	t.is(status?.phase, 'Waiting');
	t.regex(status?.message ?? '', /PersistentVolumeClaim backup-storage/v);
	const events = await eventsOf('waiting', 'ClaimNotFound');
	t.deepEqual(events.map(({message}) => message), [status!.message!]);
	await apply(claim('backup-storage', '1Gi'));
	await minutes(1);
	t.deepEqual(await claimOf(desk, 'waiting'), {claimName: 'backup-storage'});
});

test('a claim that is smaller than asked is used as it is, and an Event says so', async t => {
	const desk = await startDesk(t);
	await desk.apply(claim('backup-storage', '900Mi'), into('small', {name: 'backup-storage', size: '1Gi'}));
	t.deepEqual(await claimOf(desk, 'small'), {claimName: 'backup-storage'});
	const [event] = await desk.eventsOf('small', 'ClaimSmallerThanAsked');
	t.regex(event!.message, /900Mi.*1Gi/v);
});
