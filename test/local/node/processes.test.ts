import {Buffer} from 'node:buffer';
import {writeFile} from 'node:fs/promises';
import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {
	exitCode, openWorkshop, script, statusOf, type Workshop,
} from './workshop.ts';

const deletePod = async ({cluster}: Workshop, name: string) => cluster.client.delete({
	apiVersion: 'v1', kind: 'Pod', namespace: 'test', name,
});

const bare = async ({cluster}: Workshop, command: string, terminationGracePeriodSeconds: number) => cluster.apply({
	apiVersion: 'v1', kind: 'Pod', metadata: {name: 'pod', finalizers: ['test/keep']},
	spec: {restartPolicy: 'Never', terminationGracePeriodSeconds, containers: [{name: 'main', image: 'shell', command: ['sh', '-c', command]}]},
});

test('a deleted pod gets SIGTERM and may end by itself', async t => {
	const workshop = await openWorkshop(t);
	await bare(workshop, 'trap "echo bye; exit 9" TERM; echo up; while :; do sleep 0.02; done', 30);
	const running = await workshop.podWhen(candidate => candidate.status?.phase === 'Running');
	await workshop.logWhen(running, text => text.includes('up\n'));

	await deletePod(workshop, 'pod');
	const pod = await workshop.podWhen(candidate => candidate.status?.phase === 'Failed');
	t.like(statusOf(pod)!.state.terminated, {exitCode: 9, reason: 'Error'});
});

test('a pod that does not end by itself is killed when its grace is over, with its children', async t => {
	const workshop = await openWorkshop(t);
	await bare(workshop, 'trap "" TERM; (trap "" TERM; while :; do echo child; sleep 0.02; done) & echo up; while :; do sleep 0.02; done', 1);
	const running = await workshop.podWhen(candidate => candidate.status?.phase === 'Running');
	await workshop.logWhen(running, text => text.includes('up\n'));

	await deletePod(workshop, 'pod');
	const pod = await workshop.podWhen(candidate => exitCode(candidate) !== undefined);
	t.like(statusOf(pod)!.state.terminated, {exitCode: 137, signal: 9, reason: 'Error'});
	const written = await workshop.log(pod, 'main');
	await wait(100);
	t.is(await workshop.log(pod, 'main'), written);
});

test('what a container leaves running ends with it', async t => {
	const workshop = await openWorkshop(t);
	await workshop.run(script('(until [ -e "$0" ]; do sleep 0.02; done; echo late) & echo done', {container: {args: [`${workshop.state}/go`]}}));
	await writeFile(`${workshop.state}/go`, '');
	const [pod] = await workshop.pods();
	await wait(200);
	t.is(await workshop.log(pod!, 'main'), 'done\n');
});

test('a log is followed until its container ends, stdout and stderr in order', async t => {
	const workshop = await openWorkshop(t);
	await workshop.submit(script('echo one; echo two >&2; until [ -e "$0" ]; do sleep 0.02; done; echo three', {container: {args: [`${workshop.state}/go`]}}));
	const pod = await workshop.podWhen(candidate => candidate.status?.phase === 'Running');
	const answer = await fetch(`${workshop.cluster.server}/api/v1/namespaces/test/pods/${pod.metadata.name}/log?follow=true`);
	let seen = '';
	for await (const chunk of answer.body!) {
		seen += Buffer.from(chunk).toString();
		if (seen === 'one\ntwo\n') {
			await writeFile(`${workshop.state}/go`, '');
		}
	}

	t.is(seen, 'one\ntwo\nthree\n');
});

for (const [query, expected] of [['tailLines=0', ''], ['tailLines=1', '4\n'], ['tailLines=2', '3\n4\n'], ['tailLines=9', '1\n2\n3\n4\n'], ['tailLines=2&limitBytes=3', '3\n4']] as const) {
	test(`a log can be asked for with ${query}`, async t => {
		const workshop = await openWorkshop(t);
		await workshop.run(script(String.raw`printf "1\n2\n3\n4\n"`));
		const [pod] = await workshop.pods();
		t.is(await workshop.log(pod!, 'main', `&${query}`), expected);
	});
}

test('there is no previous log', async t => {
	const workshop = await openWorkshop(t);
	await workshop.run(script('true'));
	const [pod] = await workshop.pods();
	await t.throwsAsync(workshop.log(pod!, 'main', '&previous=true'), {message: /^previous terminated container "main" in pod "job-.{5}" not found$/v});
});

test('the log of a container that has not started is refused in the API server\'s words', async t => {
	const workshop = await openWorkshop(t);
	await workshop.run(script('true', {container: {image: 'elsewhere'}}));
	const [pod] = await workshop.pods();
	await t.throwsAsync(workshop.log(pod!, 'main'), {message: /^container "main" in pod "job-.{5}" is waiting to start: (?:ErrImagePull|ImagePullBackOff)$/v});
});
