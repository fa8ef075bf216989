import test from 'ava';
import {
	oneShot, startDesk, type Desk,
} from './desk.ts';
import {type Fault} from '#local/apiserver/http/fault.ts';

/** A desk at which writes of the status of `daily` fail: not the first, which states the run, but those after it that record its Job. */
const deskWhereRecordsFail = async (t: Parameters<typeof startDesk>[0], count: number, fault: Fault): Promise<Desk> => {
	let writes = 0;
	return startDesk(t, {
		fault({method, path}) {
			if (method !== 'PUT' || !path.endsWith('/neo4jbackups/daily/status')) {
				return undefined;
			}

			writes++;
			return writes > 1 && writes <= 1 + count ? fault : undefined;
		},
	});
};

test('a run whose record of its Job met another\'s write is recorded at once, and its end is when the Job ends, without a heartbeat', async t => {
	const desk = await deskWhereRecordsFail(t, 2, {status: 409});
	await desk.apply(oneShot('daily'));
	const job = await desk.jobOf('daily');
	const {status} = await desk.backup('daily');
	t.like(status?.history?.[0], {status: 'Running', jobUID: job.metadata.uid!});
	await desk.finish('daily');
	const {status: after} = await desk.backup('daily');
	t.like(after, {phase: 'Completed', history: {length: 1, 0: {status: 'Succeeded'}}});
	const started = await desk.eventsOf('daily', 'BackupStarted');
	t.is(started.length, 1);
});

test('a run whose starter died before it recorded the Job is recorded by the next scan, and so is its end, if the Job has ended by then', async t => {
	const desk = await deskWhereRecordsFail(t, 1, {drop: true});
	await desk.apply(oneShot('daily'));
	await desk.finish('daily');
	const {status} = await desk.backup('daily');
	t.like(status?.history?.[0], {status: 'Running', jobUID: undefined});
	await desk.minutes(1);
	const {status: after} = await desk.backup('daily');
	t.like(after, {phase: 'Completed', history: {length: 1, 0: {status: 'Succeeded'}}});
});

test('a run whose starter died before its Job was there is started by the same event, which the Broker delivers again, without a heartbeat', async t => {
	let deaths = 1;
	const waits: number[] = [];
	const desk = await startDesk(t, {
		fault: ({method, path}) => method === 'POST' && path.endsWith('/jobs') && deaths-- > 0 ? {drop: true} : undefined,
		async delay(milliseconds) {
			waits.push(milliseconds);
			desk.clock.advance(milliseconds);
		},
	});
	await desk.apply(oneShot('daily'));
	const job = await desk.jobOf('daily');
	const {status} = await desk.backup('daily');
	t.like(status, {phase: 'Running', history: {length: 1, 0: {status: 'Running', jobUID: job.metadata.uid!}}});
	const started = await desk.eventsOf('daily', 'BackupStarted');
	t.is(started.length, 1);
	t.true(waits.length > 1 && waits.length <= 5, `it was sent again ${waits.length} times`);
});
