import {createHash} from 'node:crypto';
import {CloudEvent} from 'cloudevents';
import {TerminalError} from '../errors.ts';
import {type KubeObject} from '../kube/object.ts';
import {resourcePath} from '../kube/resource-path.ts';
import {eventTypes, type EventData, type EventType} from './catalogue.ts';
import {type OutgoingEvent} from './emit.ts';

type Frozen<T> = T extends Record<string, unknown> ? {readonly [K in keyof T]: Frozen<T[K]>} : T;

export type EventInput<T extends EventType> = {
	/** The custom resource that the event is about, as it was read. */
	readonly object: KubeObject;
	/** The id of the run, or of the sweep. */
	readonly subject: string;
	readonly time: Date;
	readonly data: Frozen<EventData[T]>;
	/** The trace that the cause belongs to. */
	readonly traceparent?: string;
	/** What tells events of one object, subject and type apart: the part of a sweep. It goes into the id. */
	readonly occurrence?: string;
};

export type ReconcileInput = {
	/** The object to look at. */
	readonly object: KubeObject;
	/** The function that shall look at it. */
	readonly handler: string;
	readonly time: Date;
	readonly reason?: string;
	/** The run in question, where there is one; the object's name otherwise. */
	readonly subject?: string;
	readonly traceparent?: string;
};

/**
One of our events. Its source is the API path of the object; its id is a hash of the object's uid, the subject and the type, so that whoever builds it again after a crash builds the same one; the attributes `apiversion`, `kind`, `namespace` and `name` tell Triggers and functions which object it is about.
*/
export const buildEvent = <T extends EventType>(type: T, input: EventInput<T>): OutgoingEvent => build(type, input, {});

/**
The event that asks one function to look at one object at once. Another instant makes another event.
*/
export const buildReconcileRequest = ({object, handler, time, reason, subject = object.metadata.name, traceparent}: ReconcileInput): OutgoingEvent =>
	build(eventTypes.reconcileRequested, {
		object, subject, time, occurrence: `${handler} ${time.toISOString()}`, data: {...(reason && {reason})}, ...(traceparent && {traceparent}),
	}, {handler});

const build = <T extends EventType>(type: T, input: EventInput<T>, extensions: Readonly<Record<string, string>>): OutgoingEvent => {
	const {object: {apiVersion, kind, metadata: {uid, namespace, name}}, subject, time, data, traceparent, occurrence} = input;
	if (!uid || !namespace) {
		throw new TerminalError(`An event about ${kind} ${name} needs the object as the API server has it, with its uid and namespace`);
	}

	return new CloudEvent<unknown>({
		id: eventID(uid, subject, type, occurrence ?? ''),
		source: resourcePath({
			apiVersion, kind, namespace, name,
		}),
		type,
		subject,
		time: time.toISOString(),
		datacontenttype: 'application/json',
		apiversion: apiVersion,
		kind,
		namespace,
		name,
		...extensions,
		...(traceparent && {traceparent}),
		data,
	});
};

const eventID = (...parts: readonly string[]): string => createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32);
