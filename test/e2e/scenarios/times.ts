import {type Fields, isFields} from '#local/apiserver/object.ts';

/**
What an answer of the API server is with the times of a scenario.
*/
export type Times = (answer: unknown) => unknown;

/**
Puts the times of a scenario in place of those that the API server gives to objects itself: an object was made, and its deletion asked for, when the scenario's clock stood where it does when the first answer tells of it. Everything else in an object was written by clients, which have that clock.
*/
export const createTimes = (now: () => Date): Times => {
	const made = new Map<string, string>();
	const doomed = new Map<string, string>();

	const first = (times: Map<string, string>, uid: string, laterSeconds = 0): string => {
		const time = times.get(uid) ?? `${new Date(now().getTime() + (laterSeconds * 1000)).toISOString().slice(0, 19)}Z`;
		times.set(uid, time);
		return time;
	};

	const withTimes = (metadata: Fields): Fields => {
		const {uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds} = metadata;
		return typeof uid !== 'string' || typeof creationTimestamp !== 'string'
			? metadata
			: {
				...metadata,
				creationTimestamp: first(made, uid),
				// A shorter grace than the first one brings the end nearer.
				...(typeof deletionTimestamp === 'string' && {deletionTimestamp: first(doomed, `${uid} ${String(deletionGracePeriodSeconds)}`, Number(deletionGracePeriodSeconds ?? 0))}),
			};
	};

	const ofObject = (value: unknown): unknown => {
		if (!isFields(value)) {
			return value;
		}

		const {metadata, items, rows, object} = value;
		return {
			...value,
			...(isFields(metadata) && {metadata: withTimes(metadata)}),
			...(Array.isArray(items) && {items: items.map(item => ofObject(item))}),
			// Of a table, and of a line of a watch.
			...(Array.isArray(rows) && {rows: rows.map(row => ofObject(row))}),
			...(isFields(object) && {object: ofObject(object)}),
		};
	};

	return ofObject;
};
