import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'ava';
import {backupManifest, startScenario} from '../functions/scenario.ts';
import {readEvents} from '../../cli/replay/read-events.ts';
import {runCommandLine} from './command-line.ts';

const name = 'daily-cluster-backup';

test('[X-140] replay posts an event again, or asks for a look, with the one effect that is due, however often', async t => {
	let isSilent = false;
	const scenario = await startScenario(t, {runJobs: false, chaos: (_, hop) => isSilent && hop === 'source' ? 'drop' : 'deliver'});
	const {apply, jobs, minutes, runtime, s3} = scenario;
	const folder = await mkdtemp(path.join(tmpdir(), 'replay-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	const kubeconfig = path.join(folder, 'kubeconfig');
	await writeFile(kubeconfig, runtime.kubeconfig);
	const replay = async (...words: readonly string[]) => {
		const ran = await runCommandLine(['replay', '--sink', runtime.brokerUrl, ...words]);
		await runtime.settled();
		return ran;
	};

	const count = async () => {
		const all = await jobs();
		return all.length;
	};

	await apply(backupManifest(s3, {schedule: '0 2 * * *'}));
	await minutes(2);
	t.is(await count(), 1);
	const {attributes, data} = runtime.eventing.events().map(({event}) => event).find(event => event.attributes['type'] === 'com.neo4j.backup.due.v1')!;
	const due = {...attributes, data: JSON.parse(new TextDecoder().decode(data)) as unknown};
	const file = path.join(folder, 'dead-letters.log');
	await writeFile(file, [{level: 30, msg: 'listening'}, {level: 50, deadLetter: due, msg: 'dead letter'}, due].map(line => `${JSON.stringify(line)}\n`).join(''));
	const again = await replay('-f', file);
	t.deepEqual(again, {code: 0, errors: '', output: again.output});
	t.is(again.output.match(/^com\.neo4j\.backup\.due\.v1 +\S+ +accepted$/gmv)?.length, 2);
	t.is(await count(), 1);

	// Nobody hears that this one is there, until somebody asks for a look at it.
	isSilent = true;
	await apply(backupManifest(s3, {}, 'unheard'));
	t.is(await count(), 1);
	for (let time = 0; time < 2; time++) {
		const asked = await replay('unheard', '-n', 'neo4j', '--kubeconfig', kubeconfig);
		t.regex(asked.output, /^com\.neo4j\.reconcile\.requested\.v1 +\S+ +accepted$/mv);
		t.is(await count(), 2);
	}

	const absent = await replay('nobody', '-n', 'neo4j', '--kubeconfig', kubeconfig);
	t.like(absent, {code: 1, errors: 'error: there is no Neo4jBackup nobody in namespace neo4j: correct the name, or choose a namespace with -n\n'});
	const elsewhere = await runCommandLine(['replay', '-f', file, '--sink', `${runtime.eventing.url}/neo4j-backup/nowhere`]);
	t.is(elsewhere.code, 1);
	t.regex(elsewhere.output, /^com\.neo4j\.backup\.due\.v1 +\S+ +HTTP 404/mv);
	t.regex(elsewhere.errors, /^error: 2 of 2 events not accepted/v);
	const both = await replay('unheard', '-f', file);
	t.regex(both.errors, /and not both/v);
	const nowhere = await runCommandLine(['replay', name, '--sink', 'localhost:8080']);
	t.regex(nowhere.errors, /^error: --sink: localhost:8080 is no http or https address/v);
});

const event = {
	specversion: '1.0', id: '1', source: '/s', type: 't',
};

test('events are read as one, as a list, one a line, and out of the log of dead-letter', t => {
	t.deepEqual(readEvents(JSON.stringify(event, undefined, 2), 'f'), [event]);
	t.deepEqual(readEvents(JSON.stringify([event, {...event, id: '2'}]), 'f').map(({id}) => id), ['1', '2']);
	t.deepEqual(readEvents(`${JSON.stringify({level: 50, deadLetter: event})}\n\n${JSON.stringify(event)}\n`, 'f'), [event, event]);
});

test('a file with one line that is no event is refused as a whole, with the line and what is missing', t => {
	t.throws(() => readEvents(`${JSON.stringify(event)}\n{"id": "1", "type": "t"}\n`, 'f'), {message: 'f, line 2 is no CloudEvent: specversion, source are missing'});
	t.throws(() => readEvents(`${JSON.stringify(event)}\noops\n`, 'f'), {message: /^f, line 2 is no JSON object/v});
	t.throws(() => readEvents('', 'f'), {message: /^f holds no event/v});
	t.throws(() => readEvents('{"level": 30, "msg": "listening"}', 'f'), {message: /^f holds no event/v});
	t.throws(() => readEvents('{"deadLetter": 7}', 'f'), {message: /^f, event 1 is no CloudEvent/v});
});
