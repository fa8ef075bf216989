import test from 'ava';
import {createCalendar} from '#test/functions/calendar.ts';
import {backupManifest, startScenario} from '#test/functions/scenario.ts';
import {jitterOffset} from '#shared/schedule/jitter.ts';

const minute = 60_000;
const instant = Date.parse('2026-11-20T02:00:00Z');

const crs = ['north', 'east', 'south', 'west'];

test('[X-013] with jitter a run starts in the ten minutes after its instant, in the same one after a restart, and CRs spread; a thousand of them over the whole of it', async t => {
	const scenario = await startScenario(t, {runJobs: false, start: '2026-11-20T01:58:30Z'});
	const {apply, backup, s3, runtime, clock} = scenario;
	const {at, names} = createCalendar(scenario);
	const due = new Map<string, number>();
	for (const cr of crs) {
		await apply(backupManifest(s3, {
			schedule: '0 2 * * *', jitter: '10m', storage: {
				type: 's3', bucket: 'neo4j-backups', path: cr, cloud: {endpointURL: s3.endpoint},
			},
		}, cr));
		const {metadata: {uid}} = await backup(cr);
		due.set(cr, instant + jitterOffset(uid!, 10 * minute));
	}

	const started = new Map<string, number>();
	for (let time = instant; time <= instant + (10 * minute); time += minute) {
		if (time === instant + (4 * minute)) {
			await runtime.functions.stop();
			await runtime.functions.start();
		}

		await at(new Date(time).toISOString());
		for (const cr of crs.filter(name => !started.has(name) && names().includes(`${name}-backup-20261120020000`))) {
			started.set(cr, clock.now().getTime());
		}
	}

	for (const cr of crs) {
		t.is(started.get(cr), Math.ceil(due.get(cr)! / minute) * minute, `${cr}`);
	}

	const offsets = Array.from({length: 1000}, (_, index) => jitterOffset(`uid-${index}`, 10 * minute));
	t.true(offsets.every(offset => offset >= 0 && offset < 10 * minute && offset % 1000 === 0));
	t.is(new Set(offsets.map(offset => Math.floor(offset / minute))).size, 10);
	t.deepEqual(offsets, Array.from({length: 1000}, (_, index) => jitterOffset(`uid-${index}`, 10 * minute)));
});
