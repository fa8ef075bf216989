import {randomUUID} from 'node:crypto';
import test from 'ava';
import {restoreManifest} from '#test/functions/restore-stage.ts';
import {backupManifest, startScenario} from '#test/functions/scenario.ts';
import {embeddedFunctions} from '#local/functions.ts';
import {send} from '#test/shared/events/function-server.ts';

/** Those of the base: a component's has no Role here, with which it could read anything. */
const functions = Object.keys(embeddedFunctions({image: 'any', graceMs: 0, hosts: () => ({})})).filter(name => name !== 'noobaa-database');
const name = 'daily-cluster-backup';
const backup = {
	'ce-apiversion': 'neo4j.neo4j.com/v1alpha1', 'ce-kind': 'Neo4jBackup', 'ce-namespace': 'neo4j', 'ce-name': name,
};
const restore = {
	'ce-apiversion': 'neo4j.neo4j.com/v1beta1', 'ce-kind': 'Neo4jRestore', 'ce-namespace': 'neo4j', 'ce-name': 'back',
};
const reconcile = 'com.neo4j.reconcile.requested.v1';
const ping = {'ce-type': 'dev.knative.sources.ping', 'ce-source': '/apis/v1/namespaces/neo4j/pingsources/mine'};

/** What makes each function read or write at the API server. */
const work: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	'schedule-tick': ping,
	'launch-backup': {...backup, 'ce-type': reconcile, 'ce-handler': 'launch-backup'},
	'job-completed': {...backup, 'ce-type': reconcile, 'ce-handler': 'job-completed'},
	'retention-sweep': {...backup, 'ce-type': reconcile, 'ce-handler': 'retention-sweep'},
	'launch-restore': {...restore, 'ce-type': reconcile, 'ce-handler': 'launch-restore'},
	'restore-bringup': {...restore, 'ce-type': reconcile, 'ce-handler': 'restore-bringup'},
	'dead-letter': {...backup, 'ce-type': reconcile},
};

test('[X-127] every function answers 202 without a body when it is done or has nothing to do, 422 to what can never succeed, 503 to what may later, 400 to what is no event', async t => {
	let isDown = false;
	const {apply, clock, runtime, s3} = await startScenario(t, {runJobs: false, delay: async () => undefined, fault: ({path}) => isDown && /neo4jbackups|neo4jrestores/v.test(path) ? {drop: true} : undefined});
	await apply(backupManifest(s3), restoreManifest({clusterRef: 'nobody'}));
	const answer = async (to: string, headers: Readonly<Record<string, string>>, body = '{}') => {
		const {status, text} = await send(runtime.functionUrl(to), {
			method: 'POST',
			headers: {
				'ce-specversion': '1.0', 'ce-id': randomUUID(), 'ce-source': '/test', 'ce-time': clock.now().toISOString(), 'content-type': 'application/json', ...headers,
			},
			body,
		});
		return `${status} ${text}`;
	};

	for (const to of functions) {
		t.is(await answer(to, work[to]!), '202 ', `${to}: done`);
		t.is(await answer(to, work[to]!), '202 ', `${to}: done already`);
		t.is(await answer(to, {'ce-type': 'com.example.unknown'}), '202 ', `${to}: an unknown type`);
		t.is(await answer(to, {...work[to], 'ce-name': 'gone'}), '202 ', `${to}: an object that is gone`);
		t.is(await answer(to, {...work[to], 'ce-kind': 'Secret', 'ce-name': '../../secrets'}), '202 ', `${to}: an object that no event is about`);
		t.regex(await answer(to, {...work[to], 'ce-specversion': '0.3'}), /^400 .*specversion/v, `${to}: an old event`);
		t.regex(await answer(to, work[to]!, '{'), /^400 ./v, `${to}: no JSON`);
		t.regex(await answer(to, {}), /^400 .*type/v, `${to}: no type`);
	}

	t.regex(await answer('schedule-tick', ping, '{"namespace": "neo4j", "name": "nobody"}'), /^422 The ping names Neo4jBackup nobody in namespace neo4j, which does not exist: correct/v);
	isDown = true;
	for (const to of functions) {
		t.is(await answer(to, work[to]!), '503 not now, try again later\n', `${to}: no API server`);
	}

	isDown = false;
	for (const to of functions) {
		t.is(await answer(to, work[to]!), '202 ', `${to}: later`);
	}
});
