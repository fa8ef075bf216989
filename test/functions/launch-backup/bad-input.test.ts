import test from 'ava';
import {awsSecret} from '../scenario.ts';
import {
	namesOf, oneShot, shareDesk, startDesk, variablesOf,
} from './desk.ts';

const shared = shareDesk(test);

const zones = [
	['a schedule', {schedule: '0 2 * * *', timeZone: 'Mars/Olympus'}, /^spec\.timeZone: /v],
	['an entry of schedules', {schedules: [{name: 'nightly', schedule: '0 2 * * *', timeZone: 'Europe/Atlantis'}]}, /^spec\.schedules\[0\]\.timeZone: /v],
] as const;

test('[X-003] a time zone that nobody knows is refused before the Job and named, for a schedule and for each entry of several; put right, it is scheduled', async t => {
	const desk = shared();
	for (const [index, [where, spec, message]] of zones.entries()) {
		const name = `zone-${index}`;
		await desk.apply(oneShot(name, spec));
		await desk.runNow(name, 'at-once');
		t.deepEqual(await namesOf(desk, name), [], `${where}`);
		const {status} = await desk.backup(name);
		t.is(status?.phase, 'Invalid', `${where}`);
		t.regex(status?.message ?? '', message, `${where}`);
		const events = await desk.eventsOf(name);
		t.deepEqual(events.map(({type, message: text}) => [type, text]), [['Warning', status!.message]], `${where}`);
	}

	await desk.edit('zone-0', {spec: {timeZone: 'Europe/Berlin'}});
	const {status} = await desk.backup('zone-0');
	t.is(status?.phase, 'Running', 'the run that was asked for');
	t.is(status?.nextRunTime, '2026-11-21T01:00:00Z');
});

const secretReference = {
	apiVersion: 'v1', kind: 'Secret', namespace: 'neo4j', name: 'aws-backup-credentials',
};

const inBucket = (name: string) => oneShot(name, {
	schedule: '*/10 * * * *', storage: {
		type: 's3', bucket: 'neo4j-backups', path: name, cloud: {credentialsSecretRef: 'aws-backup-credentials'},
	},
});

const harm = [
	['emptied', {data: null}],
	['of another kind', {data: {'tls.crt': 'eA==', 'tls.key': 'eA=='}}],
	['with keys of nothing', {data: {AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_DEFAULT_REGION: ''}}],
] as const;

test('a Secret that is spoilt between two runs stops the next one before its Job and says which keys it lacks; what was done stays, and put right it goes on', async t => {
	const desk = await startDesk(t);
	const {apply, finish, backup, minutes, runtime: {kube}} = desk;
	await apply(inBucket('often'));
	await minutes(2);
	await finish('often');
	const {status: before} = await backup('often');
	t.is(before?.history?.[0]?.status, 'Succeeded');
	for (const [what, change] of harm) {
		await kube.delete(secretReference);
		await kube.create({...secretReference, metadata: {name: secretReference.name, namespace: 'neo4j'}, ...change.data && {data: change.data}});
		await minutes(10);
		const {status} = await backup('often');
		t.is(status?.phase, 'Waiting', `${what}`);
		t.like(status?.conditions?.find(({type}) => type === 'Ready'), {status: 'False', reason: 'CredentialsInvalid'}, `${what}`);
		t.true(['Secret aws-backup-credentials', 'AWS_ACCESS_KEY_ID'].every(word => status?.message?.includes(word)), `${what}`);
		t.is(status?.lastSuccessTime, before?.lastSuccessTime, `${what}`);
		t.deepEqual(status?.history, before?.history, `${what}`);
	}

	await kube.delete(secretReference);
	await kube.create({...awsSecret(), metadata: {name: secretReference.name, namespace: 'neo4j'}});
	await minutes(1);
	const jobs = await desk.jobsOf('often');
	t.is(jobs.length, 2, 'one run makes up for the instants that passed');
	t.is(variablesOf(jobs.at(-1)!, 'backup')['AWS_ACCESS_KEY_ID'], 'aws-backup-credentials/AWS_ACCESS_KEY_ID');
});
