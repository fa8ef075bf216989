import {type Runtime} from '#local/runtime.ts';

type Pod = {readonly kind: string; readonly status?: {readonly initContainerStatuses?: ReadonlyArray<{readonly name: string; readonly state: {readonly running?: unknown}}>}};

/**
Does something once in the middle of a run: neo4j-admin has done its work, and nobody has seen it, because `inspect` only begins. Answers how to stop waiting for it.
*/
export const onInspect = (runtime: Runtime, act: () => Promise<unknown>): (() => void) => {
	let isDone = false;
	return runtime.api.onChange(({object}) => {
		const {kind, status} = object as unknown as Pod;
		if (kind === 'Pod' && !isDone && status?.initContainerStatuses?.some(({name, state}) => name === 'inspect' && state.running)) {
			isDone = true;
			void act();
		}
	});
};
