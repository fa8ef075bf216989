import {type V1PodFailurePolicyRule} from '@kubernetes/client-node';
import {type ContainerStatus, type Job, type Pod} from './workloads.ts';

export type Verdict
	= | {readonly action: 'FailJob'; readonly message: string}
		| {readonly action: 'Ignore' | 'Count'};

/**
What a Job's podFailurePolicy makes of a failed pod: the first rule that matches decides, none counts the failure. The message is the one that ends up in the Job's condition.
*/
export const judgeFailure = ({spec}: Job, pod: Pod): Verdict => {
	for (const [index, rule] of (spec.podFailurePolicy?.rules ?? []).entries()) {
		const match = matchOf(rule, pod);
		if (match !== undefined) {
			return rule.action === 'FailJob'
				? {action: 'FailJob', message: `${match} matching FailJob rule at index ${index}`}
				: {action: rule.action === 'Ignore' ? 'Ignore' : 'Count'};
		}
	}

	return {action: 'Count'};
};

const matchOf = ({onExitCodes, onPodConditions}: V1PodFailurePolicyRule, pod: Pod): string | undefined => {
	const {namespace, name} = pod.metadata;
	if (onExitCodes) {
		const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
		const container = statuses.find(status => matchesExitCode(onExitCodes, status));
		return container && `Container ${container.name} for pod ${namespace}/${name} failed with exit code ${container.state.terminated!.exitCode}`;
	}

	const condition = (pod.status?.conditions ?? []).find(({type, status}) =>
		onPodConditions?.some(pattern => pattern.type === type && (pattern.status ?? 'True') === status));
	return condition && `Pod ${namespace}/${name} has condition ${condition.type}`;
};

const matchesExitCode = ({containerName, operator, values}: NonNullable<V1PodFailurePolicyRule['onExitCodes']>, {name, state}: ContainerStatus): boolean => {
	const exitCode = state.terminated?.exitCode ?? 0;
	if (exitCode === 0 || (containerName && containerName !== name)) {
		return false;
	}

	return values.includes(exitCode) === (operator === 'In');
};
