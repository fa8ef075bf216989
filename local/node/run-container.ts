import {mkdir} from 'node:fs/promises';
import {dirname} from 'node:path';
import {containerEnvironment} from './environment.ts';
import {expand} from './expand.ts';
import {findImage, imageEnvironment, type Image} from './images.ts';
import {ContainerConfigError, createLookups} from './lookups.ts';
import {rewritePaths, type Mount} from './mount-paths.ts';
import {type NodeContext} from './node-context.ts';
import {containerID} from './pod-status.ts';
import {serveContainer, type ServingProcess} from './serve-container.ts';
import {startProcess, type ProcessSpec, type RunningProcess} from './process.ts';
import {terminationMessage} from './termination-message.ts';
import {mountsOf} from './volumes.ts';
import {
	toTimestamp, type Container, type ContainerState, type Pod,
} from './workloads.ts';
import {toError} from '#shared/errors.ts';

export type ContainerRun = {
	/** Makes a state of the container known; one that runs is ready unless told otherwise. */
	readonly report: (state: ContainerState, isReady?: boolean) => Promise<void>;
	/** Waits before something missing is looked for again. Rejects when the pod is to end. */
	readonly pause: () => Promise<void>;
	/** Takes charge of ending the process when the pod is to end. */
	readonly started: (running: RunningProcess) => void;
	/** It serves from now on, until the pod is to end: nobody waits for it. */
	readonly serves: () => void;
};

/**
Runs one container from its image to its exit code. An unknown image, a missing Secret or ConfigMap is reported as the kubelet does and waited for.
*/
export const runContainer = async (context: NodeContext, pod: Pod, container: Container, run: ContainerRun): Promise<number> => {
	const image = await pullImage(context, container, run);
	const prepared = await prepareProcess(context, {pod, container, image}, run);
	const startedAt = toTimestamp(context.now());
	const serve = isEntrypoint(container) ? image.serve : undefined;
	const running: ServingProcess = serve ? await serveContainer(serve, pod, {mounts: prepared.mounts, log: prepared.spec.log}) : await startProcess(prepared.spec);
	run.started(running);
	await run.report({running: {startedAt}}, running.ready === undefined);
	if (serve) {
		run.serves();
		reportWhenReady(context, running, async () => run.report({running: {startedAt}}));
	}

	const {exitCode, signal, startError} = await running.exited;
	const message = startError ?? await terminationMessage({
		file: prepared.terminationLog, log: prepared.spec.log, policy: container.terminationMessagePolicy, exitCode,
	});
	await run.report({
		terminated: {
			exitCode,
			...(signal !== undefined && {signal}),
			reason: startError === undefined ? (exitCode === 0 ? 'Completed' : 'Error') : 'StartError',
			...(message !== undefined && {message}),
			startedAt,
			finishedAt: toTimestamp(context.now()),
			containerID: containerID(pod.metadata.uid!, container.name),
		},
	});
	return exitCode;
};

const isEntrypoint = ({command, args}: Container): boolean => command === undefined && args === undefined;

const reportWhenReady = ({inFlight, log}: NodeContext, {ready, exited}: ServingProcess, report: () => Promise<void>): void => {
	let hasExited = false;
	void exited.finally(() => {
		hasExited = true;
	});
	ready?.then(async () => {
		await (hasExited ? undefined : inFlight.track(report()));
	}, (error: unknown) => {
		log.warn({error: toError(error).message}, 'a container does not become ready');
	});
};

const pullImage = async ({images}: NodeContext, {image: name = ''}: Container, {report, pause}: ContainerRun): Promise<Image> => {
	for (let attempt = 0; ; attempt++) {
		const image = findImage(images, name);
		if (image) {
			return image;
		}

		await report({
			waiting: attempt === 0
				? {reason: 'ErrImagePull', message: `failed to pull image "${name}": the embedded node does not have it`}
				: {reason: 'ImagePullBackOff', message: `Back-off pulling image "${name}"`},
		});
		await pause();
	}
};

type Prepared = {readonly spec: ProcessSpec; readonly mounts: readonly Mount[]; readonly terminationLog: string};

type Subject = {readonly pod: Pod; readonly container: Container; readonly image: Image};

const prepareProcess = async (context: NodeContext, subject: Subject, {report, pause}: ContainerRun): Promise<Prepared> => {
	for (;;) {
		try {
			return await processOf(context, subject);
		} catch (error) {
			if (!(error instanceof ContainerConfigError)) {
				throw error;
			}

			await report({waiting: {reason: 'CreateContainerConfigError', message: error.message}});
			await pause();
		}
	}
};

const processOf = async ({client, folders, hosts}: NodeContext, {pod, container, image}: Subject): Promise<Prepared> => {
	const {namespace = '', name, uid = ''} = pod.metadata;
	const environment = await containerEnvironment(pod, container, {image, lookups: createLookups(client, namespace)});
	const mounts = await mountsOf(pod, container, folders);
	const log = folders.log({namespace, name, uid}, container.name);
	const root = folders.root(uid, container.name);
	await mkdir(root, {recursive: true});
	await mkdir(dirname(log), {recursive: true});
	const rewrite = (word: string) => rewritePaths(expand(word, environment), mounts);
	// An image's own paths are those of this machine already: a mount at /tmp must not move a checkout that lies there.
	const words = [...(container.command?.map(word => rewrite(word)) ?? image.entrypoint), ...(container.args ?? []).map(word => rewrite(word))];
	const workingDir = container.workingDir === undefined ? root : rewritePaths(container.workingDir, mounts);
	return {
		mounts,
		terminationLog: folders.terminationLog(uid, container.name),
		spec: {
			argv: image.resolve?.(words) ?? words,
			environment: {...rewrittenEnvironment(environment, image, mounts), ...(image.knowsHosts && {LOCAL_HOSTS: JSON.stringify(hosts())})},
			// A working directory that no volume holds exists in the image alone, so the container's own folder stands for it.
			folder: workingDir === container.workingDir ? root : workingDir,
			log,
		},
	};
};

const rewrittenEnvironment = (environment: Readonly<Record<string, string>>, image: Image, mounts: readonly Mount[]): Record<string, string> => {
	const ofImage = imageEnvironment(image);
	// Programs find their temporary folder by TMPDIR, or else by a built-in path, which a mount cannot change here.
	const builtIn = Object.entries({TMPDIR: '/tmp', ...image.builtIn}).flatMap(([variable, path]) => mounts.filter(({mountPath}) => mountPath === path).map(({folder}) => [variable, folder] as const));
	return {
		...Object.fromEntries(builtIn),
		...Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, ofImage[name] === value ? value : rewritePaths(value, mounts)])),
	};
};
