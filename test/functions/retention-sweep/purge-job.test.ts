import test, {type ExecutionContext} from 'ava';
import {at} from '../../shared/catalogue/history.ts';
import {owner, startDirectory, type Directory} from './directory.ts';
import {taskOf} from './sweep-task.ts';
import {type KubeObject} from '#shared/kube/object.ts';

const conditionOf = (type: 'Complete' | 'Failed') => ({conditions: [{type, status: 'True', message: 'its Pods failed'}]});

/** A Neo4jBackup with a claim and `deletionPolicy: Delete`, which was just deleted. */
const deleted = async (t: ExecutionContext): Promise<Directory> => {
	const directory = await startDirectory(t, {maxCount: 9, versions: 'Delete'}, {
		spec: {deletionPolicy: 'Delete', storage: {type: 'pvc', path: 'daily', pvc: {name: 'backups'}}},
	});
	await directory.sweep();
	const backup = directory.kube.backup();
	directory.kube.write({...backup, metadata: {...backup.metadata, deletionTimestamp: at(0).toISOString()}});
	return directory;
};

test('what the function cannot reach one Job deletes, and the CR waits until it is done', async t => {
	const directory = await deleted(t);
	const {kube} = directory;
	for (let look = 0; look < 3; look++) {
		await directory.sweep();
		t.true(kube.hasBackup());
		t.is(kube.jobs().length, 1);
	}

	const [job] = kube.jobs();
	t.like(taskOf(job!), {purges: true, owner, retention: {versions: 'Delete'}});
	kube.write({...job!, status: {conditions: [{type: 'Complete', status: 'False'}]}} as KubeObject);
	await directory.sweep();
	t.true(kube.hasBackup());
	kube.write({...job!, status: conditionOf('Complete')} as KubeObject);
	await directory.sweep();
	t.false(kube.hasBackup());
});

test('a Job that failed to delete the backups is made anew, and exactly the one that failed goes', async t => {
	const directory = await deleted(t);
	const {kube} = directory;
	await directory.sweep();
	const [job] = kube.jobs();
	kube.write({...job!, status: conditionOf('Failed')} as KubeObject);
	const uids: unknown[] = [];
	await directory.sweep({
		...kube,
		async delete(reference, options) {
			uids.push(options?.uid);
			return kube.delete(reference, options);
		},
	});
	t.deepEqual(uids, [job!.metadata.uid]);
	t.true(kube.hasBackup());
	t.deepEqual(kube.jobs(), []);
	t.true(kube.events().some(({reason, message}) => reason === 'BackupsNotDeleted' && message.includes('its Pods failed')));
	await directory.sweep();
	t.is(kube.jobs().length, 1);
	t.true(kube.hasBackup());
});

test('a Job of the same name that somebody else made is no proof that the backups are deleted, and is left alone', async t => {
	for (const type of ['Complete', 'Failed'] as const) {
		const directory = await deleted(t);
		const {kube} = directory;
		await directory.sweep();
		const [job] = kube.jobs();
		const ownerReferences = job!.metadata.ownerReferences!.map(reference => ({...reference, uid: 'uid-of-another'}));
		kube.write({...job!, metadata: {...job!.metadata, ownerReferences}, status: conditionOf(type)} as KubeObject);
		await directory.sweep();
		t.true(kube.hasBackup());
		t.is(kube.jobs().length, 1);
		t.true(kube.events().some(({message}) => message.includes('is in the way: delete it')));
	}
});
