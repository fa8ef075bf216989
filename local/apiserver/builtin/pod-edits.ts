import {isDeepStrictEqual} from 'node:util';
import {type Cause} from '../api-error.ts';
import {
	type Fields, isFields, type KubeObject, toFields, without,
} from '../object.ts';

/**
What nobody may change of a Pod that is there: its spec but for a few fields, and how its node ranks it. Its node is named by the subresource `binding` alone.
*/
export const podEditCauses = (pod: KubeObject, previous: KubeObject): readonly Cause[] => [
	...(isDeepStrictEqual(fixed(pod), fixed(previous)) ? [] : [{field: 'spec', message: `Forbidden: ${rule}`}]),
	...newGates(pod, previous).map(({gate, index}) => ({field: `spec.schedulingGates[${index}].name`, message: `Forbidden: only deletion is allowed, but found new scheduling gate '${gate}'`})),
	...(toFields(pod['status'])['qosClass'] === toFields(previous['status'])['qosClass'] ? [] : [{field: 'status.qosClass', message: `Invalid value: ${JSON.stringify(toFields(pod['status'])['qosClass'])}: field is immutable`}]),
];

const rule = 'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

const newGates = (pod: KubeObject, previous: KubeObject): ReadonlyArray<{readonly gate: string; readonly index: number}> => {
	const before = new Set(gatesOf(previous));
	return gatesOf(pod).map((gate, index) => ({gate, index})).filter(({gate}) => !before.has(gate));
};

const gatesOf = (pod: KubeObject): readonly string[] => {
	const {schedulingGates} = toFields(pod['spec']);
	return Array.isArray(schedulingGates) ? schedulingGates.map(gate => String(toFields(gate)['name'])) : [];
};

const fixed = (pod: KubeObject): Fields => {
	const spec = toFields(pod['spec']);
	return {
		...without(spec, 'activeDeadlineSeconds', 'schedulingGates', 'tolerations', 'terminationGracePeriodSeconds'),
		...Object.fromEntries(['containers', 'initContainers'].map(list => [list, (spec[list] as readonly unknown[] | undefined)?.map(container => isFields(container) ? without(container, 'image') : container)])),
	};
};
