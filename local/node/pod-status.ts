import {
	toTimestamp, type Condition, type Container, type ContainerState, type ContainerStatus, type Pod, type PodStatus,
} from './workloads.ts';

/**
What the node knows of a pod that it runs.
*/
export type Progress = {
	/** Why the pod cannot be placed, while it cannot. */
	unschedulable?: string | undefined;
	startTime?: string;
	/** Containers that have a state of their own, by name; init containers too. */
	readonly states: Map<string, ContainerState>;
	/** Containers that run and are not ready yet. */
	readonly unready: Set<string>;
	/** How the pod ended for good. */
	ended?: {readonly phase: 'Succeeded' | 'Failed'; readonly reason?: string; readonly message?: string};
};

const nodeConditions = new Set(['PodScheduled', 'PodReadyToStartContainers', 'Initialized', 'ContainersReady', 'Ready']);
const loopback = '127.0.0.1';

/**
A pod's status as a kubelet writes it. Conditions of others, such as DisruptionTarget, stay.
*/
export const podStatus = (pod: Pod, progress: Progress, now: Date): PodStatus => {
	const before = pod.status?.conditions ?? [];
	const containers = containerStatuses(pod, progress);
	const {phase, ...why} = progress.ended ?? {phase: containers.main.some(({state}) => !state.waiting) ? 'Running' as const : 'Pending' as const};
	const conditions = progress.unschedulable === undefined
		? stages({phase, pending: containers.pending, containerStatuses: containers.main})
		: [{
			type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: progress.unschedulable,
		}];
	return {
		phase,
		...why,
		conditions: [
			...before.filter(({type}) => !nodeConditions.has(type)),
			...conditions.map(condition => dated(condition, before, now)),
		],
		...(progress.startTime && {
			startTime: progress.startTime, hostIP: loopback, hostIPs: [{ip: loopback}], podIP: loopback, podIPs: [{ip: loopback}],
			...(containers.inits.length > 0 && {initContainerStatuses: containers.inits}),
			containerStatuses: containers.main,
		}),
	};
};

type ContainerStatuses = {
	readonly inits: readonly ContainerStatus[];
	readonly main: readonly ContainerStatus[];
	/** Names of the init containers that have not succeeded. */
	readonly pending: readonly string[];
};

const containerStatuses = (pod: Pod, {states, unready}: Progress): ContainerStatuses => {
	const {initContainers = [], containers} = pod.spec;
	const pending = initContainers.filter(({name}) => states.get(name)?.terminated?.exitCode !== 0).map(({name}) => name);
	const waiting = pending.length > 0 ? 'PodInitializing' : 'ContainerCreating';
	const statusOf = (container: Container, reason: string) =>
		containerStatus(container, states.get(container.name) ?? {waiting: {reason}}, {uid: pod.metadata.uid!, isReady: !unready.has(container.name)});
	return {
		pending,
		inits: initContainers.map(container => ({...statusOf(container, 'PodInitializing'), ready: !pending.includes(container.name)})),
		main: containers.map(container => statusOf(container, waiting)),
	};
};

const containerStatus = ({name, image = ''}: Container, state: ContainerState, {uid, isReady}: {readonly uid: string; readonly isReady: boolean}): ContainerStatus => ({
	name,
	image,
	imageID: state.waiting ? '' : image,
	...(!state.waiting && {containerID: containerID(uid, name)}),
	ready: state.running !== undefined && isReady,
	started: state.running !== undefined,
	restartCount: 0,
	state,
	lastState: {},
});

/**
The id of a container, which is a process here.
*/
export const containerID = (uid: string, container: string): string => `process://${uid}/${container}`;

const stages = ({phase, pending, containerStatuses}: {phase: PodStatus['phase']; pending: readonly string[]; containerStatuses: readonly ContainerStatus[]}): readonly Condition[] => {
	const over = {
		Succeeded: 'PodCompleted', Failed: 'PodFailed', Pending: undefined, Running: undefined,
	}[phase];
	const unready = containerStatuses.filter(container => !container.ready).map(({name}) => name);
	const ready = (type: string): Condition => unready.length === 0 && !over
		? {type, status: 'True'}
		: {
			type, status: 'False', reason: over ?? 'ContainersNotReady', ...(!over && {message: `containers with unready status: [${unready.join(' ')}]`}),
		};
	return [
		{type: 'PodScheduled', status: 'True'},
		{type: 'PodReadyToStartContainers', status: over ? 'False' : 'True'},
		pending.length === 0
			? {type: 'Initialized', status: 'True', ...(over === 'PodCompleted' && {reason: over})}
			: {
				type: 'Initialized', status: 'False', reason: 'ContainersNotInitialized', message: `containers with incomplete status: [${pending.join(' ')}]`,
			},
		ready('Ready'),
		ready('ContainersReady'),
	];
};

const dated = (condition: Condition, before: readonly Condition[], now: Date): Condition => {
	const same = before.find(({type, status}) => type === condition.type && status === condition.status);
	return {...condition, lastTransitionTime: same?.lastTransitionTime ?? toTimestamp(now)};
};
