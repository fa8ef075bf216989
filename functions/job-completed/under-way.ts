import {sourceTypes} from '#shared/events/catalogue.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';

type Shown = {
	readonly kind?: unknown;
	readonly metadata?: {readonly deletionTimestamp?: unknown};
	readonly spec?: unknown;
	readonly status?: {readonly conditions?: unknown};
};

/**
Whether an event shows nothing but a Job that goes on: a Job changes three times and more before its end, and only its end is recorded; a Pod that does not start is found by the scan. Event data may be used to do nothing, never to act (decision D80).
*/
export const isUnderWay = ({type, data}: ReceivedEvent): boolean => {
	const {kind, metadata, spec, status} = (data ?? {}) as Shown;
	return type === sourceTypes.updated && kind === 'Job' && Boolean(metadata && spec && status)
		&& metadata!.deletionTimestamp === undefined && !showsEnd(status!.conditions);
};

const showsEnd = (conditions: unknown = []): boolean =>
	!Array.isArray(conditions) || conditions.some((condition: {readonly type?: unknown} | undefined) => condition?.type === 'Complete' || condition?.type === 'Failed');
