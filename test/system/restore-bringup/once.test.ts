import test from 'ava';
import {
	begin, inBackup, startServer, type Begin,
} from '../../functions/restore-bringup/desk.ts';

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
		t.is(setting.changes().length, 1);
		const {phase} = await setting.status();
		t.true(['Completed', 'Failed'].includes(phase!));
	});
}

for (const [what, given] of cases.slice(2)) {
	test(`${what}: killed before or after any of its writes, it ends as it does undisturbed, by one statement`, async t => {
		const beginAnew = await startServer(t);
		let killed = 0;
		const clean = await beginAnew(given);
		await clean.nudge();
		const {phase, message} = await clean.status();
		for (const how of ['before', 'after'] as const) {
			for (let write = 1; ; write++) {
				const setting = await beginAnew(given);
				if (!await setting.nudgeAndKill(write, how)) {
					break;
				}

				killed += 1;

				setting.advance(2);
				await setting.nudge();
				const status = await setting.status();
				t.like(status, {phase, message}, `${how} ${write}`);
				t.is(setting.changes().length, 1, `${how} ${write}: ${setting.changes().join('; ')}`);
				t.true(await setting.isReleased());
				await setting.close();
			}
		}

		t.true(killed > 10);
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
