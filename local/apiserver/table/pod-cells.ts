import {
	isFields, type Fields, type KubeObject, toFields,
} from '../object.ts';

const listOf = (value: unknown): readonly Fields[] => Array.isArray(value) ? value.filter(item => isFields(item)) : [];

const statuses = (pod: KubeObject, field: string): readonly Fields[] => listOf(toFields(pod['status'])[field]);

/**
How many containers of a Pod are ready, of how many.
*/
export const podReady = (pod: KubeObject): string =>
	`${statuses(pod, 'containerStatuses').filter(container => container['ready'] === true).length}/${listOf(toFields(pod['spec'])['containers']).length}`;

export const podRestarts = (pod: KubeObject): string =>
	String(statuses(pod, 'containerStatuses').reduce((sum, {restartCount}) => sum + (typeof restartCount === 'number' ? restartCount : 0), 0));

/**
The one word for a Pod's state: what its init containers or containers wait for or ended with, else its phase.
*/
export const podStatus = (pod: KubeObject): string => {
	const {phase, reason} = toFields(pod['status']);
	if (pod.metadata.deletionTimestamp !== undefined) {
		return 'Terminating';
	}

	return initStatus(pod) ?? containerStatus(pod) ?? [reason, phase, 'Unknown'].find(word => typeof word === 'string') ?? '';
};

const initStatus = (pod: KubeObject): string | undefined => {
	const all = statuses(pod, 'initContainerStatuses');
	const index = all.findIndex(({state}) => toFields(toFields(state)['terminated'])['exitCode'] !== 0);
	if (index === -1) {
		return undefined;
	}

	const {waiting, terminated} = toFields(all[index]?.['state']);
	const {reason} = toFields(waiting);
	if (isFields(terminated)) {
		return `Init:${ending(terminated)}`;
	}

	return typeof reason === 'string' && reason !== 'PodInitializing' ? `Init:${reason}` : `Init:${index}/${listOf(toFields(pod['spec'])['initContainers']).length}`;
};

const containerStatus = (pod: KubeObject): string | undefined => {
	for (const {state} of statuses(pod, 'containerStatuses')) {
		const {waiting, terminated} = toFields(state);
		const {reason} = toFields(waiting);
		if (typeof reason === 'string') {
			return reason;
		}

		if (isFields(terminated)) {
			return ending(terminated);
		}
	}

	return undefined;
};

const ending = ({reason, signal, exitCode}: Fields): string => {
	if (typeof reason === 'string' && reason !== '') {
		return reason;
	}

	return typeof signal === 'number' && signal !== 0 ? `Signal:${signal}` : `ExitCode:${String(exitCode)}`;
};
