import {Buffer} from 'node:buffer';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'ava';
import {openWorkshop, script, statusOf} from './workshop.ts';

test('init containers run one after the other before the containers, and share volumes with them', async t => {
	const workshop = await openWorkshop(t);
	const mount = {image: 'shell', volumeMounts: [{name: 'shared', mountPath: '/shared'}]};
	await workshop.run(script('cat /shared/order', {
		pod: {
			volumes: [{name: 'shared', emptyDir: {}}],
			initContainers: [
				{...mount, name: 'first', command: ['sh', '-c', 'sleep 0.1; echo first >> /shared/order']},
				{...mount, name: 'second', command: ['sh', '-c', 'echo second >> /shared/order']},
			],
		},
		container: mount,
	}));
	const [pod] = await workshop.pods();
	t.is(pod!.status!.phase, 'Succeeded');
	t.is(await workshop.log(pod!, 'main'), 'first\nsecond\n');
	t.deepEqual(pod!.status!.initContainerStatuses!.map(({state}) => state.terminated?.reason), ['Completed', 'Completed']);
});

test('a failed init container ends the pod, and nothing after it runs', async t => {
	const workshop = await openWorkshop(t);
	await workshop.run(script('echo never', {
		pod: {
			initContainers: [
				{name: 'first', image: 'shell', command: ['sh', '-c', 'exit 3']},
				{name: 'second', image: 'shell', command: ['sh', '-c', 'echo never']},
			],
		},
	}));
	const [pod] = await workshop.pods();
	t.is(pod!.status!.phase, 'Failed');
	t.like(statusOf(pod!, 'first')!.state.terminated, {exitCode: 3, reason: 'Error'});
	t.like(statusOf(pod!, 'second')!.state, {waiting: {reason: 'PodInitializing'}});
	t.like(statusOf(pod!, 'main')!.state, {waiting: {reason: 'PodInitializing'}});
});

test('containers of a pod run at the same time, and the pod fails if one of them does', async t => {
	const workshop = await openWorkshop(t);
	const volumeMounts = [{name: 'shared', mountPath: '/shared'}];
	const meet = (mine: string, other: string, code: number) => `touch /shared/${mine}; until [ -e /shared/${other} ]; do sleep 0.02; done; exit ${code}`;
	await workshop.run({
		backoffLimit: 0, template: {
			spec: {
				restartPolicy: 'Never',
				volumes: [{name: 'shared', emptyDir: {}}],
				containers: [
					{
						name: 'one', image: 'shell', command: ['sh', '-c', meet('a', 'b', 0)], volumeMounts,
					},
					{
						name: 'two', image: 'shell', command: ['sh', '-c', meet('b', 'a', 7)], volumeMounts,
					},
				],
			},
		},
	});
	const [pod] = await workshop.pods();
	t.is(pod!.status!.phase, 'Failed');
	t.deepEqual(pod!.status!.containerStatuses!.map(({state}) => state.terminated?.exitCode), [0, 7]);
});

test('the environment is the spec\'s, the image\'s and nothing of the node\'s', async t => {
	const workshop = await openWorkshop(t, {images: {shell: {entrypoint: ['/bin/sh'], env: {FROM_IMAGE: 'yes', OVERRIDDEN: 'no'}, path: ['/image/bin']}}});
	await workshop.cluster.apply({
		apiVersion: 'v1', kind: 'Secret', metadata: {name: 'keys'}, data: {user: Buffer.from('neo4j').toString('base64')},
	});
	await workshop.cluster.apply({
		apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'settings'}, data: {COLOUR: 'blue'},
	});
	await workshop.run(script('env | sort', {
		container: {
			envFrom: [{prefix: 'MY_', configMapRef: {name: 'settings'}}, {secretRef: {name: 'absent', optional: true}}],
			env: [
				{name: 'OVERRIDDEN', value: 'yes'},
				{name: 'USER_NAME', valueFrom: {secretKeyRef: {name: 'keys', key: 'user'}}},
				{name: 'COLOUR', valueFrom: {configMapKeyRef: {name: 'settings', key: 'COLOUR'}}},
				{name: 'ABSENT', valueFrom: {configMapKeyRef: {name: 'settings', key: 'absent', optional: true}}},
				{name: 'POD', valueFrom: {fieldRef: {fieldPath: 'metadata.name'}}},
				{name: 'NAMESPACE', valueFrom: {fieldRef: {fieldPath: 'metadata.namespace'}}},
				{name: 'APP', valueFrom: {fieldRef: {fieldPath: 'metadata.labels[\'app\']'}}},
				{name: 'GREETING', value: 'hello $(USER_NAME), $$(USER_NAME), $(NOBODY)'},
			],
		},
	}));
	const [pod] = await workshop.pods();
	const written = await workshop.log(pod!, 'main');
	const lines = written.trim().split('\n').map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const);
	const {PATH: path, ...environment} = Object.fromEntries(lines);
	t.true(path!.startsWith('/image/bin:'));
	// A shell sets these itself.
	const rest = Object.fromEntries(Object.entries(environment).filter(([name]) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name)));
	t.deepEqual(rest, {
		APP: 'test', COLOUR: 'blue', FROM_IMAGE: 'yes', GREETING: 'hello neo4j, $(USER_NAME), $(NOBODY)', HOME: '/', HOSTNAME: pod!.metadata.name,
		MY_COLOUR: 'blue', NAMESPACE: 'test', OVERRIDDEN: 'yes', POD: pod!.metadata.name, USER_NAME: 'neo4j',
	});
});

test('names are expanded in command and args, and the image\'s entrypoint takes args alone', async t => {
	const workshop = await openWorkshop(t, {images: {shell: {entrypoint: ['/bin/sh', '-c']}}});
	await workshop.run(script('', {container: {command: undefined, args: ['echo $(NAME) "$0"', '$(NAME)'], env: [{name: 'NAME', value: 'x'}]}}));
	const [pod] = await workshop.pods();
	t.is(await workshop.log(pod!, 'main'), 'x x\n');
});

test('an image can say how its command lines are run here, and hears of the servers', async t => {
	const workshop = await openWorkshop(t, {
		images: {
			shell: {entrypoint: ['node'], knowsHosts: true, resolve: argv => ['sh', '-c', `echo "$LOCAL_HOSTS" ${argv.slice(1).join(' ')}`]},
		},
		hosts: () => ({'server-0:6362': '127.0.0.1:1'}),
	});
	await workshop.run(script('', {container: {command: ['node', '/app/report.mjs']}}));
	const [pod] = await workshop.pods();
	t.is(await workshop.log(pod!, 'main'), '{"server-0:6362":"127.0.0.1:1"} /app/report.mjs\n');
});

test('a missing Secret keeps the container waiting until it is there', async t => {
	const workshop = await openWorkshop(t);
	await workshop.submit(script('echo $KEY', {container: {env: [{name: 'KEY', valueFrom: {secretKeyRef: {name: 'late', key: 'key'}}}]}}));
	const waiting = await workshop.podWhen(pod => statusOf(pod)?.state.waiting?.reason === 'CreateContainerConfigError');
	t.is(statusOf(waiting)!.state.waiting!.message, 'secret "late" not found');
	t.is(waiting.status!.phase, 'Pending');
	await workshop.cluster.apply({
		apiVersion: 'v1', kind: 'Secret', metadata: {name: 'late'}, stringData: {key: 'here'},
	});
	const pod = await workshop.podWhen(pod => pod.status?.phase === 'Succeeded');
	t.is(await workshop.log(pod, 'main'), 'here\n');
});

test('a Secret without the key that is asked for keeps the container waiting', async t => {
	const workshop = await openWorkshop(t);
	await workshop.cluster.apply({
		apiVersion: 'v1', kind: 'Secret', metadata: {name: 'keys'}, data: {},
	});
	await workshop.run(script('', {container: {env: [{name: 'KEY', valueFrom: {secretKeyRef: {name: 'keys', key: 'key'}}}]}}));
	const [pod] = await workshop.pods();
	t.is(statusOf(pod!)!.state.waiting!.message, 'couldn\'t find key key in Secret test/keys');
});

test('an image that the node does not have is never pulled', async t => {
	const workshop = await openWorkshop(t);
	await workshop.submit(script('', {container: {image: 'elsewhere:1'}}));
	const pod = await workshop.podWhen(pod => statusOf(pod)?.state.waiting?.reason === 'ImagePullBackOff');
	t.is(pod.status!.phase, 'Pending');
	t.is(statusOf(pod)!.state.waiting!.message, 'Back-off pulling image "elsewhere:1"');
	await workshop.node.settled();
	const job = await workshop.job();
	t.like(job!.status, {active: 1, ready: 0});
});

test('a command that does not exist ends the container with StartError', async t => {
	const workshop = await openWorkshop(t);
	await workshop.run(script('', {container: {command: ['no-such-command']}}));
	const [pod] = await workshop.pods();
	t.like(statusOf(pod!)!.state.terminated, {exitCode: 128, reason: 'StartError'});
});

const messages: ReadonlyArray<readonly [title: string, command: string, container: Record<string, unknown>, message: string | undefined]> = [
	['the termination message is what the container wrote to its file', 'echo noise; printf summary > /dev/termination-log', {}, 'summary'],
	['the termination message can have a path of its own', 'printf summary > "$1"', {args: ['x', '/tmp/message'], terminationMessagePath: '/tmp/message'}, 'summary'],
	['a termination message is cut at 4096 bytes', String.raw`head -c 5000 /dev/zero | tr "\0" x > /dev/termination-log`, {}, 'x'.repeat(4096)],
	['without a message a container that failed can leave the end of its log', 'echo one; echo two; exit 1', {terminationMessagePolicy: 'FallbackToLogsOnError'}, 'one\ntwo\n'],
	['a container that succeeded leaves no log', 'echo one', {terminationMessagePolicy: 'FallbackToLogsOnError'}, undefined],
	['by default a container that failed leaves no log', 'echo one; exit 1', {}, undefined],
];

for (const [title, command, container, message] of messages) {
	test(title, async t => {
		const workshop = await openWorkshop(t);
		await workshop.run(script(command, {container}));
		const [pod] = await workshop.pods();
		t.is(statusOf(pod!)!.state.terminated!.message, message);
	});
}

test('a pod has the conditions of a kubelet when it runs and when it is over', async t => {
	const workshop = await openWorkshop(t);
	await workshop.submit(script('until [ -e "$0" ]; do sleep 0.02; done', {container: {args: [join(workshop.state, 'go')]}}));
	const running = await workshop.podWhen(pod => pod.status?.phase === 'Running');
	const conditions = ({status}: typeof running) => Object.fromEntries(status!.conditions!.map(({type, status, reason}) => [type, `${status}${reason ? ` ${reason}` : ''}`]));
	t.deepEqual(conditions(running), {
		PodScheduled: 'True', PodReadyToStartContainers: 'True', Initialized: 'True', Ready: 'True', ContainersReady: 'True',
	});
	t.like(statusOf(running), {ready: true, started: true, restartCount: 0});
	await writeFile(join(workshop.state, 'go'), '');
	const over = await workshop.podWhen(pod => pod.status?.phase === 'Succeeded');
	t.deepEqual(conditions(over), {
		PodScheduled: 'True', PodReadyToStartContainers: 'False', Initialized: 'True PodCompleted', Ready: 'False PodCompleted', ContainersReady: 'False PodCompleted',
	});
});
