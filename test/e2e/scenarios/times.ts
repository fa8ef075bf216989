import {createWriteTimes} from './write-times.ts';
import {type Fields, isFields, toTimestamp} from '#local/apiserver/object.ts';

/**
What an answer of the API server is with the times of a scenario.
*/
export type Times = (answer: unknown) => unknown;

/**
Puts the times of a scenario in place of those that the API server gives to objects itself: an object was made, written, and its deletion asked for, when the scenario's clock stood where it does when the first answer tells of it. Everything else in an object was written by clients, which have that clock.
*/
export const createTimes = (now: () => Date): Times => {
	const made = new Map<string, string>();
	const doomed = new Map<string, string>();
	const writeTimes = createWriteTimes(() => toTimestamp(now()));

	const first = (times: Map<string, string>, key: string, laterSeconds = 0): string => {
		const time = times.get(key) ?? toTimestamp(new Date(now().getTime() + (laterSeconds * 1000)));
		times.set(key, time);
		return time;
	};

	const withTimes = (metadata: Fields): Fields => {
		const {uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds: grace} = metadata;
		if (typeof uid !== 'string' || typeof creationTimestamp !== 'string') {
			return metadata;
		}

		const managedFields = writeTimes(metadata);
		return {
			...metadata,
			creationTimestamp: first(made, uid),
			// A shorter grace than the first one brings the end nearer.
			...(typeof deletionTimestamp === 'string' && {deletionTimestamp: first(doomed, `${uid} ${String(grace)}`, Number(grace ?? 0))}),
			...(managedFields && {managedFields}),
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
