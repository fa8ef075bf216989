import test from 'ava';
import {deleteEach} from '#shared/stores/delete-each.ts';
import {StoreError, type StoreErrorCode} from '#shared/stores/store.ts';

const until = new Date('2027-01-01T00:00:00Z');

const failing = (failures: Readonly<Record<string, Error>>) => async (key: string): Promise<void> => {
	if (failures[key]) {
		throw failures[key];
	}
};

test('what keeps one key is told of that key, with its end where a lock has one, and the others go', async t => {
	const removed: string[] = [];
	const remove = failing({b: new StoreError('Locked', 'locked', {retryAfter: until}), c: new StoreError('AccessDenied', 'denied')});
	const failures = await deleteEach(['a', 'b', 'c', 'd'], async key => {
		await remove(key);
		removed.push(key);
	}, 2);
	t.deepEqual(removed, ['a', 'd']);
	t.deepEqual(failures, [
		{
			key: 'b', reason: 'Locked', message: 'locked', retryAfter: until,
		},
		{key: 'c', reason: 'AccessDenied', message: 'denied'},
	]);
});

const ofAll: readonly StoreErrorCode[] = ['BucketNotFound', 'CredentialsInvalid', 'WrongRegion', 'CertificateNotTrusted', 'Unreachable', 'TimedOut', 'DoubtfulAnswer'];

for (const code of ofAll) {
	test(`${code} keeps all keys, and is thrown rather than told of each`, async t => {
		await t.throwsAsync(deleteEach(['a', 'b'], failing({a: new StoreError(code, 'it failed')}), 1), {instanceOf: StoreError, message: 'it failed'});
	});
}

test('what is no answer of the store is thrown', async t => {
	await t.throwsAsync(deleteEach(['a'], failing({a: new TypeError('a mistake')}), 1), {instanceOf: TypeError});
});
