import {Buffer} from 'node:buffer';
/**
A CloudEvent as it lies on the wire in binary mode: every context attribute as text, `specversion` and `datacontenttype` among them, and the bytes of the data.
*/
export type Event = {
	readonly attributes: Readonly<Record<string, string>>;
	readonly data?: Uint8Array;
};

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
Why something is not a CloudEvent.
*/
export class EventError extends Error {
	override readonly name = 'EventError';
}

/**
Whether a message claims to be a CloudEvent at all, in either mode; a batch does not.
*/
export const isEventLike = (headers: Headers): boolean =>
	headers['ce-specversion'] !== undefined || isStructured(headers);

/**
Reads a CloudEvent as Knative's brokers do: no percent-decoding (its Go SDK does none), header bytes taken as UTF-8, upper-case names in structured mode taken as lower case. Anything else is an `EventError`.
*/
export const decodeEvent = (headers: Headers, body: Uint8Array): Event => {
	if (!isEventLike(headers)) {
		throw new EventError('neither a ce-specversion header nor a CloudEvents content type');
	}

	const event = isStructured(headers) ? fromStructured(body) : fromBinary(headers, body);
	const problem = problemOf(event.attributes);
	if (problem) {
		throw new EventError(problem);
	}

	return event;
};

/**
The HTTP headers and body of an event in binary mode. Text beyond ASCII goes out as raw UTF-8 bytes, as the Go SDK sends it.
*/
export const encodeEvent = ({attributes, data}: Event): {headers: Record<string, string>; body: Uint8Array} => {
	const headers: Record<string, string> = {};
	for (const [name, value] of Object.entries(attributes)) {
		headers[name === 'datacontenttype' ? 'content-type' : `ce-${name}`] = Buffer.from(value, 'utf8').toString('latin1');
	}

	return {headers, body: data ?? new Uint8Array()};
};

/**
The same event with some attributes set, or taken away where the value is `undefined`.
*/
export const withAttributes = (event: Event, changes: Readonly<Record<string, string | undefined>>): Event => ({
	...event,
	attributes: Object.fromEntries(Object.entries({...event.attributes, ...changes}).filter((entry): entry is [string, string] => entry[1] !== undefined)),
});

const text = (value: Headers[string]): string => typeof value === 'string' ? value : (value ?? []).join(', ');

const isStructured = (headers: Headers): boolean =>
	/^application\/cloudevents(?:\+json)?\s*(?:;|$)/iv.test(text(headers['content-type']));

const fromBinary = (headers: Headers, body: Uint8Array): Event => {
	const attributes: Record<string, string> = {};
	for (const [name, value] of Object.entries(headers)) {
		if (name.startsWith('ce-')) {
			attributes[name.slice(3)] = Buffer.from(text(value), 'latin1').toString('utf8');
		}
	}

	if (headers['content-type']) {
		attributes['datacontenttype'] = text(headers['content-type']);
	}

	return {attributes, ...(body.length > 0 && {data: body})};
};

const fromStructured = (body: Uint8Array): Event => {
	const attributes: Record<string, string> = {};
	const {data, data_base64: base64, ...members} = parseObject(body);
	for (const [name, value] of Object.entries(members)) {
		if (value !== null) {
			attributes[name.toLowerCase()] = attributeText(name, value);
		}
	}

	if (typeof base64 === 'string') {
		return {attributes, data: Buffer.from(base64, 'base64')};
	}

	return {attributes, ...(data !== undefined && {data: dataBytes(data, attributes['datacontenttype'])})};
};

const parseObject = (body: Uint8Array): Record<string, unknown> => {
	let parsed: unknown;
	try {
		parsed = JSON.parse(Buffer.from(body).toString());
	} catch (error) {
		throw new EventError('the structured event is not JSON', {cause: error});
	}

	if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
		throw new EventError('the structured event is not a JSON object');
	}

	return parsed as Record<string, unknown>;
};

const attributeText = (name: string, value: unknown): string => {
	if (typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isInteger(value))) {
		return String(value);
	}

	throw new EventError(`attribute ${name} is neither a string, a boolean nor an integer`);
};

const dataBytes = (data: unknown, contentType = 'application/json'): Uint8Array =>
	Buffer.from(typeof data === 'string' && !/[\/+]json\s*(?:;|$)/iv.test(contentType) ? data : JSON.stringify(data));

const timePattern = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+\-]\d{2}:\d{2})$/v;

const problemOf = (attributes: Readonly<Record<string, string>>): string | undefined => {
	const {specversion, id, source, type, time} = attributes;
	if (specversion !== '1.0' && specversion !== '0.3') {
		return `specversion ${specversion ?? 'is missing'} is not 1.0`;
	}

	const empty = Object.entries({id, source, type}).find(([, value]) => !value);
	if (empty) {
		return `${empty[0]} is missing or empty`;
	}

	if (time !== undefined && !timePattern.test(time)) {
		return `time ${time} is not RFC 3339`;
	}

	const badName = Object.keys(attributes).find(name => !/^[a-z0-9]+$/v.test(name));
	return badName === undefined ? undefined : `attribute name ${badName} has other characters than a-z and 0-9`;
};
