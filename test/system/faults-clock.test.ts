import test from 'ava';
import {createCalendar} from '#test/functions/calendar.ts';
import {eventsOf, ownEvents, postByHand} from '#test/functions/collected-events.ts';
import {backupManifest, bucket, startScenario} from '#test/functions/scenario.ts';
import {type KubeObject} from '#shared/kube/object.ts';

const name = 'daily-cluster-backup';
const day = 24 * 60 * 60_000;

test('[X-159] functions whose clock is 40 days ahead start nothing and delete nothing, say so, and go on once it is right', async t => {
	let ahead = 0;
	let now = (): Date => new Date(0);
	const scenario = await startScenario(t, {databases: ['mydb'], start: '2026-11-20T01:59:30Z', localNow: () => new Date(now().getTime() + ahead)});
	const {apply, backup, edit, clock, runtime, s3} = scenario;
	const {until, names} = createCalendar(scenario);
	now = clock.now;
	const artifacts = () => s3.objects(bucket, 'daily/').map(({key}) => key).filter(key => key.endsWith('.backup'));
	await apply(backupManifest(s3, {
		target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'}, schedule: '*/10 * * * *', retention: {maxCount: 1}, options: {backupType: 'FULL'},
	}));
	await until('2026-11-20T02:10:00Z', 10);
	const [oldest] = artifacts();
	t.is(artifacts().length, 2);

	ahead = 40 * day;
	const before = ownEvents(scenario).length;
	await apply(backupManifest(s3, {}, 'once'));
	await edit(name, {metadata: {annotations: {'neo4j.com/run-now': 'now'}}});
	await until('2026-11-20T02:30:00Z', 10);
	await postByHand(scenario, {type: 'com.neo4j.reconcile.requested.v1', handler: 'retention-sweep', name});
	t.is(names().length, 2);
	t.is(artifacts().length, 2);
	t.deepEqual(ownEvents(scenario).slice(before).filter(({type}) => type !== 'com.neo4j.retention.swept.v1'), []);
	const once = await backup('once');
	t.is(once.status, undefined);
	for (const cr of [name, 'once']) {
		const said = await eventsOf(scenario, cr);
		t.true(said.some(({reason, message}) => reason === 'ClockSkew' && message.includes('nothing is started until they agree')));
	}

	const all: Array<KubeObject & {readonly reason?: string; readonly involvedObject?: {readonly kind: string}}> = [];
	for await (const page of runtime.kube.list({apiVersion: 'v1', kind: 'Event'})) {
		all.push(...page);
	}

	t.true(all.some(({reason, involvedObject}) => reason === 'ClockSkew' && involvedObject?.kind === 'PingSource'));
	const {status} = await backup(name);
	t.regex(status?.conditions?.find(({type}) => type === 'RetentionEnforced')?.reason ?? '', /^ClockSkew/v);

	ahead = 0;
	await runtime.kube.delete({
		apiVersion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', namespace: 'neo4j', name: 'once',
	});
	await until('2026-11-20T02:32:00Z');
	t.is(names().length, 4, 'the one that was asked for, and the newest instant');
	t.false(artifacts().includes(oldest!), 'what was marked before the clock went wrong');
});
