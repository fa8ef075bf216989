import {Buffer} from 'node:buffer';
import {checkAttributes} from './attributes.ts';
import {EventFormatError} from './event-format-error.ts';
import {decodeHeaderValue} from './header-value.ts';
import {
	isJson, isText, parseMediaType, type MediaType,
} from './media-type.ts';
import {type ReceivedEvent} from './received-event.ts';

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const structured = 'application/cloudevents+json';

/**
Reads the CloudEvent 1.0 in an HTTP request, in binary or structured mode, and refuses with an `EventFormatError` whatever the specification does not allow. Unlike the decoder of the `cloudevents` package it invents no id and no time, checks what it lets through, and reads every legal content type.
*/
export const decodeEvent = (headers: Headers, body: Uint8Array): ReceivedEvent => {
	const single = singleHeaders(headers);
	const contentType = single.get('content-type');
	const mediaType = contentType === undefined ? undefined : parseMediaType(contentType);
	if (mediaType === structured) {
		return decodeStructured(body);
	}

	if (mediaType?.startsWith('application/cloudevents')) {
		throw new EventFormatError(`${mediaType} is not accepted: send one event as ${structured}, or in binary mode`);
	}

	return decodeBinary(single, contentType, body);
};

const singleHeaders = (headers: Headers): ReadonlyMap<string, string> => {
	const single = new Map<string, string>();
	for (const [name, values] of Object.entries(headers)) {
		const key = name.toLowerCase();
		const all = [...single.has(key) ? [single.get(key)!] : [], ...typeof values === 'string' ? [values] : values ?? []];
		if (all.length > 1 && (key.startsWith('ce-') || key === 'content-type')) {
			throw new EventFormatError(`header ${key} came ${all.length} times`);
		}

		if (all[0] !== undefined) {
			single.set(key, all[0]);
		}
	}

	return single;
};

const decodeBinary = (headers: ReadonlyMap<string, string>, contentType: string | undefined, body: Uint8Array): ReceivedEvent => {
	const values = new Map<string, unknown>([...headers]
		.filter(([name]) => name.startsWith('ce-'))
		.map(([name, value]) => [name.slice(3), decodeHeaderValue(name, value)]));
	if (values.size === 0) {
		throw new EventFormatError(`neither ce- headers nor content-type ${structured}: this is no CloudEvent`);
	}

	if (values.has('datacontenttype')) {
		throw new EventFormatError('ce-datacontenttype cannot be: in binary mode content-type says it');
	}

	const attributes = checkAttributes(new Map(contentType === undefined ? values : [...values, ['datacontenttype', contentType]]));
	return {...attributes, data: binaryData(attributes, body)};
};

const binaryData = ({type, datacontenttype}: {type: string; datacontenttype?: string}, body: Uint8Array): unknown => {
	if (body.length === 0) {
		return undefined;
	}

	if (datacontenttype !== undefined) {
		return readData(body, parseMediaType(datacontenttype));
	}

	return type === 'dev.knative.sources.ping' ? pingData(body) : body;
};

/**
A PingSource without `contentType` sends its data without saying what it is, JSON or not (decision D81).
*/
const pingData = (body: Uint8Array): unknown => {
	try {
		return parseJson(body);
	} catch {
		return body;
	}
};

const decodeStructured = (body: Uint8Array): ReceivedEvent => {
	const value = parseJson(body);
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new EventFormatError(`a body of ${structured} must be one JSON object`);
	}

	const {data, data_base64: base64, ...members} = value as Record<string, unknown>;
	// The JSON format lets an absent attribute be written as null.
	const attributes = checkAttributes(new Map(Object.entries(members).filter(([, member]) => member !== null)));
	const mediaType = attributes.datacontenttype === undefined ? undefined : parseMediaType(attributes.datacontenttype);
	if (base64 === undefined || base64 === null) {
		return {...attributes, data};
	}

	if (data !== undefined) {
		throw new EventFormatError('data and data_base64 exclude each other');
	}

	const bytes = decodeBase64(base64);
	return {...attributes, data: mediaType === undefined ? bytes : readData(bytes, mediaType)};
};

const decodeBase64 = (value: unknown): Uint8Array => {
	if (typeof value !== 'string' || !/^(?:[A-Za-z0-9+\/]{4})*(?:[A-Za-z0-9+\/]{2}==|[A-Za-z0-9+\/]{3}=)?$/v.test(value)) {
		throw new EventFormatError('data_base64 is not base64');
	}

	return Buffer.from(value, 'base64');
};

const readData = (bytes: Uint8Array, mediaType: MediaType): unknown => {
	if (isJson(mediaType)) {
		return parseJson(bytes);
	}

	return isText(mediaType) ? decodeText(bytes) : bytes;
};

const decodeText = (bytes: Uint8Array): string => {
	try {
		return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
	} catch {
		throw new EventFormatError('the body is not UTF-8');
	}
};

const parseJson = (bytes: Uint8Array): unknown => {
	const text = decodeText(bytes);
	try {
		return JSON.parse(text) as unknown;
	} catch {
		throw new EventFormatError('the body is not JSON');
	}
};
