import test from 'ava';
import {
	oneShot, startDesk, type Desk,
} from './desk.ts';
import {controllerReference, type KubeObject} from '#shared/kube/object.ts';

type Claim = KubeObject & {readonly spec: Readonly<Record<string, unknown>>};

const large = {size: '200Gi', storageClassName: 'fast'};

const staged = (name: string, tempStorage: Readonly<Record<string, unknown>> = large) => oneShot(name, {options: {tempStorage}});

const claims = async ({list}: Desk): Promise<readonly Claim[]> => list<Claim>('v1', 'PersistentVolumeClaim');

const claimNames = async (desk: Desk): Promise<readonly string[]> => {
	const found = await claims(desk);
	return found.map(({metadata}) => metadata.name);
};

const makeClaim = async ({runtime: {kube}}: Desk, name: string, metadata: Partial<KubeObject['metadata']> = {}): Promise<void> => {
	await kube.create({
		apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: {name, namespace: 'neo4j', ...metadata}, spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}},
	} as KubeObject);
};

test('tempStorage is a claim that the CR owns and the Pods of the run mount, in a folder of their own that prepare empties', async t => {
	const desk = await startDesk(t);
	await desk.apply(staged('staged'));
	const [claim, ...others] = await claims(desk);
	t.deepEqual(others, []);
	const {metadata, spec} = claim!;
	const {metadata: cr, ...backup} = await desk.backup('staged');
	t.is(metadata.name, 'staged-backup-temporary');
	t.deepEqual(metadata.ownerReferences, [controllerReference({...backup, metadata: cr})]);
	t.like(metadata.labels, {'neo4j.com/backup': 'staged', 'neo4j.com/run': backup.status!.history![0]!.runID!});
	t.like(spec, {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '200Gi'}}, storageClassName: 'fast'});
	const job = await desk.jobOf('staged');
	const {volumes, initContainers} = job.spec.template.spec;
	t.deepEqual(volumes.find(({name}) => name === 'temporary'), {name: 'temporary', persistentVolumeClaim: {claimName: metadata.name}});
	for (const name of ['prepare', 'backup']) {
		const {volumeMounts} = initContainers.find(container => container.name === name)!;
		t.deepEqual(volumeMounts.find(mount => mount.name === 'temporary'), {name: 'temporary', mountPath: '/backup-temp', subPath: 'temporary'}, `of ${name}`);
	}
});

test('without a class the claim names none, so that it gets the default one', async t => {
	const desk = await startDesk(t);
	await desk.apply(staged('plain', {size: '1Gi'}));
	const [claim] = await claims(desk);
	t.false('storageClassName' in claim!.spec);
});

for (const [what, end] of [['succeeded', {}], ['failed', {exitCode: 41}], ['ran out of time', {reason: 'DeadlineExceeded'}]] as const) {
	test(`the claim is deleted once the run is recorded that ${what}, and its Job stays`, async t => {
		const desk = await startDesk(t);
		await desk.apply(staged('over'));
		t.deepEqual(await claimNames(desk), ['over-backup-temporary']);
		await desk.finish('over', end);
		t.deepEqual(await claimNames(desk), []);
		const jobs = await desk.jobsOf('over');
		t.is(jobs.length, 1);
	});
}

test('the claim goes with a Job that was deleted by hand, with one that never started, and with the CR', async t => {
	const desk = await startDesk(t);
	const {runtime: {kube, settled}} = desk;
	await desk.apply(staged('lost'), staged('unstarted'), staged('deleted'));
	await kube.delete({
		apiVersion: 'batch/v1', kind: 'Job', namespace: 'neo4j', name: 'lost-backup',
	});
	await kube.delete({
		apiVersion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', namespace: 'neo4j', name: 'deleted',
	});
	await settled();
	t.deepEqual(await claimNames(desk), ['unstarted-backup-temporary']);
	desk.clock.advance(61 * 60_000);
	await desk.minutes(1);
	t.like(await desk.backup('unstarted'), {status: {history: {0: {reason: 'NotStarted'}}}});
	t.deepEqual(await claimNames(desk), []);
});

test('each run has a claim of its own, and that of a run which goes on is left alone', async t => {
	const desk = await startDesk(t);
	await desk.apply(staged('again'));
	await desk.finish('again');
	await desk.runNow('again', 'once-more');
	const names = await claimNames(desk);
	t.is(names.length, 1);
	t.regex(names[0]!, /^again-backup-\d{14}-temporary$/v);
	await desk.runtime.eventing.tick(desk.clock.now());
	await desk.runtime.settled();
	t.deepEqual(await claimNames(desk), names);
});

test('who dies between the claim and the Job leaves one claim, which the next look takes', async t => {
	let refused = 0;
	const desk = await startDesk(t, {
		fault: ({method, path}) => method === 'POST' && path.endsWith('/jobs') && refused-- > 0 ? {drop: true} : undefined,
	});
	refused = 20;
	await desk.apply(staged('cut-off'));
	t.deepEqual(await desk.jobs(), []);
	const before = await claims(desk);
	t.is(before.length, 1);
	refused = 0;
	await desk.minutes(2);
	await desk.jobOf('cut-off');
	const after = await claims(desk);
	t.deepEqual(after.map(({metadata}) => metadata.uid), before.map(({metadata}) => metadata.uid));
	await desk.finish('cut-off');
	t.deepEqual(await claims(desk), []);
});

test('a claim of that name that is somebody else\'s is left alone, and the run is Failed as ClaimNameTaken', async t => {
	const desk = await startDesk(t);
	await makeClaim(desk, 'taken-backup-temporary');
	await desk.apply(staged('taken'));
	const {status} = await desk.backup('taken');
	t.like(status, {phase: 'Failed', history: {0: {status: 'Failed', reason: 'ClaimNameTaken'}}});
	t.regex(status?.message ?? '', /PersistentVolumeClaim taken-backup-temporary that is not of this run.*delete it/v);
	t.deepEqual(await desk.jobsOf('taken'), []);
	t.deepEqual(await claimNames(desk), ['taken-backup-temporary']);
});

test('the claim of an earlier CR of that name is awaited', async t => {
	const desk = await startDesk(t);
	const {runtime: {kube}} = desk;
	await makeClaim(desk, 'renewed-backup-temporary', {
		finalizers: ['example.com/held'], labels: {'neo4j.com/run': 'earlier'}, ownerReferences: [{
			apiVersion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', name: 'renewed', uid: 'earlier', controller: true,
		}],
	});
	await desk.apply(staged('renewed'));
	t.deepEqual(await desk.jobsOf('renewed'), []);
	await kube.patch({
		apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'neo4j', name: 'renewed-backup-temporary',
	}, {metadata: {finalizers: null}});
	await desk.minutes(2);
	await desk.jobOf('renewed');
	const [claim] = await claims(desk);
	t.not(claim?.metadata.labels?.['neo4j.com/run'], 'earlier');
});

test('a claim that the API server will never take ends the run as ClaimRefused, one that a quota forbids is tried again', async t => {
	let status = 422;
	const desk = await startDesk(t, {
		fault: ({method, path}) => method === 'POST' && path.endsWith('/persistentvolumeclaims') ? {status} : undefined,
	});
	await desk.apply(staged('refused'));
	t.like(await desk.backup('refused'), {status: {phase: 'Failed', history: {0: {reason: 'ClaimRefused'}}}});
	status = 403;
	await desk.apply(staged('forbidden'));
	const {status: waiting} = await desk.backup('forbidden');
	t.like(waiting, {phase: 'Running', history: {0: {status: 'Running'}}});
	const [event] = await desk.eventsOf('forbidden', 'Forbidden');
	t.regex(event?.message ?? '', /^The PersistentVolumeClaim of run .* may not be created yet/v);
	t.deepEqual(await desk.jobs(), []);
});

test('where the Job cannot be made, the claim that was made for it goes', async t => {
	const desk = await startDesk(t, {
		fault: ({method, path}) => method === 'POST' && path.endsWith('/jobs') ? {status: 422} : undefined,
	});
	await desk.apply(staged('jobless'));
	t.like(await desk.backup('jobless'), {status: {phase: 'Failed', history: {0: {reason: 'JobRefused'}}}});
	t.deepEqual(await claims(desk), []);
});
