import test from 'ava';
import {begin, inBackup, type Begin} from './desk.ts';
import {annotations} from '#shared/api/group.ts';

const standalone = {kind: 'Neo4jEnterpriseStandalone', servers: 1} as const;

const cases: ReadonlyArray<readonly [what: string, given: Begin]> = [
	['a database of a standalone', {target: standalone}],
	['a new database of a standalone', {target: standalone, isThere: false}],
	['a database of a cluster', {}],
	['a new database of a cluster', {isThere: false}],
	['a database of a cluster after a failure', {status: {failure: {step: 'RestoreJob', reason: 'JobFailed', message: 'the Job failed'}}}],
];

for (const [what, given] of cases) {
	test(`${what} is brought up by one statement when five events come at once`, async t => {
		const setting = await begin(t, given);
		await Promise.allSettled(Array.from({length: 5}, async () => setting.nudge()));
		await setting.nudge();
		t.is(setting.changes().length, 1, setting.changes().join('\n'));
		t.true(['Completed', 'Failed'].includes((await setting.restore()).status!.phase!));
	});

	test(`${what}: killed before or after any of its requests, it ends as it does undisturbed, by one statement`, async t => {
		const clean = await begin(t, given);
		await clean.nudge();
		const {phase, message} = (await clean.restore()).status!;
		for (const how of ['drop', 'dropAfter'] as const) {
			for (let request = 1; ; request++) {
				const setting = await begin(t, given);
				let count = 0;
				setting.disturb(number => {
					count = number;
					// Once it is killed, nothing of it gets through any more.
					return number === request ? {[how]: true} : (number > request ? {drop: true} : undefined);
				});
				await t.notThrowsAsync(setting.nudge().catch(() => undefined));
				if (count < request) {
					break;
				}

				setting.disturb(() => undefined);
				setting.advance(2);
				await setting.nudge();
				const {status} = await setting.restore();
				t.like(status, {phase, message}, `${how} at ${request}`);
				t.is(setting.changes().length, 1, `${how} at ${request}: ${setting.changes().join('; ')}`);
				t.is((await setting.holder()).metadata.annotations?.[annotations.restoreInProgress], undefined);
			}
		}
	});
}

test('an intent of another call is left alone: the event has to come again, and the statement is sent after a minute', async t => {
	const setting = await begin(t, {status: {step: 'BringUp', broughtUpAt: '2026-11-20T01:59:30Z'}});
	await t.throwsAsync(setting.nudge(), {message: /Another call may be about to bring the database up/v});
	t.deepEqual(setting.changes(), []);
	setting.advance(1);
	await setting.nudge();
	t.is(setting.changes().length, 1);
	t.like(await setting.restore(), {status: {phase: 'Completed', broughtUpAt: '2026-11-20T02:01:00Z'}});
});

test('what another call has sent already is seen at once, and not sent again', async t => {
	const setting = await begin(t, {status: {step: 'BringUp', broughtUpAt: '2026-11-20T01:59:59Z'}});
	setting.dbms.recreateDatabase('my-db', {servers: [setting.dbms.backupAddresses[0]!]});
	await setting.nudge();
	t.deepEqual(setting.changes(), []);
	t.like(await setting.restore(), {status: {phase: 'Completed'}});
	t.is(setting.transactions(), inBackup);
});

test('a statement without an answer is not repeated before a minute is over', async t => {
	const setting = await begin(t);
	await setting.nudge().catch(() => undefined);
	t.is(setting.changes().length, 1);
	const other = await begin(t, {status: {step: 'BringUp'}});
	await other.dbms.setBolt('hangs');
	t.timeout(60_000);
	await other.nudge();
	t.deepEqual(other.changes(), []);
	t.like(await other.restore(), {status: {step: 'BringUp', phase: 'Running'}});
});
