import {
	listKeys, listPages, openFresh, type Declare, type ServerOf,
} from './fixture.ts';

/**
What every store promises of deletions.
*/
export const testDeleting = (test: Declare, serverOf: ServerOf): void => {
	test('many keys are deleted in one call, and nothing else', async t => {
		const server = serverOf();
		const count = server.deletedKeys;
		const store = await openFresh(t, server);
		const keys = Array.from({length: count}, (_, index) => `db-${index}`);
		for (const key of ['db-0', `db-${Math.floor(count / 2)}`, `db-${count - 1}`, `db-${count}`, 'db-']) {
			await store.create(key, '');
		}

		t.deepEqual(await store.delete(keys), []);
		t.deepEqual(await listKeys(store), ['db-', `db-${count}`]);
		t.deepEqual(await store.delete([]), []);
	});
};

/**
What every store promises of deletions of which some are refused.
*/
export const testPartialDeleting = (test: Declare, serverOf: ServerOf): void => {
	for (const [code, reason] of [['AccessDenied', 'AccessDenied'], ['SlowDown', 'Busy']] as const) {
		test(`a key that is not deleted (${reason}) is told with its reason, the others go`, async t => {
			const server = serverOf();
			const store = await openFresh(t, server, {attempts: 1});
			for (const key of ['a', 'b', 'b+ü', 'c']) {
				await store.create(key, '');
			}

			const allow = await server.refuse!('delete', `${store.path}/b`, code);
			const failures = await store.delete(['a', 'b', 'b+ü', 'c']);

			t.deepEqual(new Map(failures.map(failure => [failure.key, failure.reason])), new Map([['b', reason], ['b+ü', reason]]));
			t.true(failures.every(({message}) => message !== ''));
			t.deepEqual(await listKeys(store), ['b', 'b+ü']);
			await allow();
			t.deepEqual(await store.delete(['a', 'b', 'b+ü', 'c']), []);
			t.deepEqual(await listKeys(store), []);
		});
	}
};

/**
What every store with locks promises of deletions of what is locked.
*/
export const testLocks = (test: Declare, serverOf: ServerOf): void => {
	test('a locked object stays, and the failure says until when', async t => {
		const server = serverOf();
		const store = await openFresh(t, server);
		await store.create('locked', '');
		await store.create('free', '');
		const until = new Date('2099-01-02T03:04:05.000Z');
		await server.lock!(`${store.path}/locked`, until);

		const [objects] = await listPages(store);
		t.deepEqual(await store.locks(objects!), new Map([['locked', {kind: 'retention', until}]]));
		const failures = await store.delete(['free', 'locked']);

		t.deepEqual(failures.map(({key, reason, retryAfter}) => ({key, reason, retryAfter})), [{key: 'locked', reason: 'Locked', retryAfter: until}]);
		t.deepEqual(await listKeys(store), ['locked']);
	});
};
