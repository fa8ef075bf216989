import {type KubeObject} from '#shared/kube/object.ts';
import {sweepSpecVariable, type SweepSpec} from '#shared/retention/sweep-spec.ts';

type SweepJob = KubeObject & {spec: {template: {spec: {containers: ReadonlyArray<{env: ReadonlyArray<{name: string; value: string}>}>}}}};

/**
What the Pod of a sweep Job is told to do.
*/
export const taskOf = (job: KubeObject): SweepSpec => {
	const [container] = (job as SweepJob).spec.template.spec.containers;
	return JSON.parse(container!.env.find(({name}) => name === sweepSpecVariable)!.value) as SweepSpec;
};
