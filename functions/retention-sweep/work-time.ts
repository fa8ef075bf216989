import {type SweepDependencies} from './deps.ts';

/** No batch is begun after this, so that events and status still fit into the handler's 45 s. */
const workMs = 30_000;

/**
Tells whether the time for deleting is over, counted from now, or the function is told to end.
*/
export const workTime = ({monotonic = () => performance.now()}: Pick<SweepDependencies, 'monotonic'>, signal: AbortSignal): (() => boolean) => {
	const until = monotonic() + workMs;
	return () => signal.aborted || monotonic() >= until;
};
