import test from 'ava';
import {createHandle} from '../../../functions/dead-letter/handle.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {type Log, silentLog} from '#shared/log.ts';
import {startEventing} from '#local/eventing/start.ts';
import {readBase} from '#test/knative/manifests.ts';
import {startCluster} from '#test/local/cluster.ts';
import {send, startFunctionServer} from '#test/shared/events/function-server.ts';

test('[X-129] what can never succeed lies in the dead letter sink, and is handled when it is posted again after the cause is gone', async t => {
	const cluster = await startCluster(t, {knative: true});
	const letters: Array<{readonly deadLetter: Record<string, unknown>}> = [];
	const log = {...silentLog(), error: (fields: {readonly deadLetter: Record<string, unknown>}) => letters.push(fields), child: () => log} as unknown as Log;
	const deadLetter = await startFunctionServer(t, createHandle({kube: cluster.client}), {log});

	let cause: string | undefined = 'spec.storage.bucket names no bucket';
	const handled: string[] = [];
	const function_ = await startFunctionServer(t, async ({id}) => {
		if (cause) {
			throw new ConfigurationError(cause);
		}

		handled.push(id);
	});

	const manifests = await readBase();
	for (const manifest of manifests.filter(({kind, metadata}) => kind === 'Broker' || metadata.name === 'launch-backup-due')) {
		await cluster.apply({...manifest});
	}

	const eventing = await startEventing({
		kubeconfig: cluster.kubeconfig, log: silentLog(), manual: true,
		resolve: async target => 'kind' in target && target.name === 'dead-letter' ? deadLetter.url : function_.url,
	});
	t.teardown(eventing.close);
	await eventing.settled();
	const broker = `${eventing.url}/test/neo4j-backup`;

	await send(broker, {
		method: 'POST', headers: {
			'ce-specversion': '1.0', 'ce-id': 'due-1', 'ce-source': '/by-hand', 'ce-type': 'com.neo4j.backup.due.v1', 'content-type': 'application/json',
		}, body: '{"scheduledTime":"2026-11-21T02:00:00Z"}',
	});
	await eventing.settled();
	t.deepEqual(handled, []);
	t.is(letters.length, 1);
	t.like(letters[0], {deadLetter: {id: 'due-1', data: {scheduledTime: '2026-11-21T02:00:00Z'}}, failure: {status: '422', answer: cause}});

	cause = undefined;
	const {status} = await send(broker, {method: 'POST', headers: {'content-type': 'application/cloudevents+json'}, body: JSON.stringify(letters[0]!.deadLetter)});
	t.is(status, 202);
	await eventing.settled();
	t.deepEqual(handled, ['due-1']);
	t.is(letters.length, 1);
});
