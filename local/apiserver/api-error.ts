import {type Resource} from './resources.ts';

export type Cause = {readonly field: string; readonly message: string; readonly reason?: string};

type Details = {
	readonly name?: string;
	readonly group?: string;
	readonly kind?: string;
	readonly uid?: string;
	readonly causes?: readonly Cause[];
	readonly retryAfterSeconds?: number;
};

export type Status = {
	readonly kind: 'Status';
	readonly apiVersion: 'v1';
	readonly metadata: {readonly continue?: string};
	readonly status: 'Success' | 'Failure';
	readonly message?: string;
	readonly reason?: string;
	readonly details?: Details;
	readonly code?: number;
};

/**
A refusal as the API server words it: `code` is the HTTP status, `toStatus` the body. Clients decide by `reason`, people by `message`.
*/
export class ApiError extends Error {
	override readonly name = 'ApiError';
	readonly code: number;
	readonly reason: string;
	readonly details: Details;
	/** Where a list may go on after its token has expired. */
	readonly continueToken: string | undefined;

	constructor(code: number, reason: string, message: string, options: {readonly details?: Details; readonly continueToken?: string} = {}) {
		super(message);
		this.code = code;
		this.reason = reason;
		this.details = options.details ?? {};
		this.continueToken = options.continueToken;
	}

	toStatus(): Status {
		return {
			kind: 'Status',
			apiVersion: 'v1',
			metadata: this.continueToken === undefined ? {} : {continue: this.continueToken},
			status: 'Failure',
			message: this.message,
			reason: this.reason,
			...(Object.keys(this.details).length > 0 && {details: this.details}),
			code: this.code,
		};
	}
}

type Named = Pick<Resource, 'group' | 'plural' | 'kind'>;

/**
`jobs.batch`, or `pods` in the core group.
*/
const qualified = (name: string, group: string): string => group === '' ? name : `${name}.${group}`;

const details = ({group, plural}: Named, name: string): Details => ({name, ...(group !== '' && {group}), kind: plural});

export const notFound = (resource: Named, name: string): ApiError =>
	new ApiError(404, 'NotFound', `${qualified(resource.plural, resource.group)} "${name}" not found`, {details: details(resource, name)});

export const noSuchPath = (): ApiError => new ApiError(404, 'NotFound', 'the server could not find the requested resource');

export const alreadyExists = (resource: Named, name: string): ApiError =>
	new ApiError(409, 'AlreadyExists', `${qualified(resource.plural, resource.group)} "${name}" already exists`, {details: details(resource, name)});

export const conflict = (resource: Named, name: string, why: string): ApiError =>
	new ApiError(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(resource.plural, resource.group)} "${name}": ${why}`, {details: details(resource, name)});

export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message);

export const notAllowed = (): ApiError => new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');

export const unsupportedMediaType = (accepted: readonly string[]): ApiError =>
	new ApiError(415, 'UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`);

export const expired = (message: string, continueToken?: string): ApiError =>
	new ApiError(410, 'Expired', message, continueToken === undefined ? {} : {continueToken});

/**
A resourceVersion that this server has not reached, as after it lost its state: clients list again.
*/
export const tooLargeResourceVersion = (asked: number, current: number): ApiError =>
	new ApiError(504, 'Timeout', `Too large resource version: ${asked}, current: ${current}`, {
		details: {causes: [{reason: 'ResourceVersionTooLarge', message: 'Too large resource version', field: ''}], retryAfterSeconds: 1},
	});

const reasons: Readonly<Record<number, string>> = {
	401: 'Unauthorized', 403: 'Forbidden', 404: 'NotFound', 409: 'Conflict', 410: 'Expired', 422: 'Invalid', 429: 'TooManyRequests', 503: 'ServiceUnavailable', 504: 'Timeout',
};

/**
A fault that a test asked for.
*/
export const injected = (code: number): ApiError => new ApiError(code, reasons[code] ?? 'InternalError', `a fault that was asked for: ${code}`);

/**
422 with one cause per field. `message` of a cause is what follows the field (`Required value`, `Unsupported value: "x": …`), from which its reason follows.
*/
export const invalid = ({group, kind}: Pick<Named, 'group' | 'kind'>, name: string, causes: readonly Cause[]): ApiError => {
	const lines = causes.map(({field, message}) => `${field}: ${message}`);
	const text = lines.length === 1 ? lines.join('') : `[${lines.join(', ')}]`;
	return new ApiError(422, 'Invalid', `${qualified(kind, group)} ${JSON.stringify(name)} is invalid: ${text}`, {
		details: {
			name, ...(group !== '' && {group}), kind, causes: causes.map(cause => ({reason: cause.reason ?? causeReason(cause.message), message: cause.message, field: cause.field})),
		},
	});
};

const causeReasons = [
	['Required value', 'FieldValueRequired'],
	['Unsupported value', 'FieldValueNotSupported'],
	['Duplicate value', 'FieldValueDuplicate'],
	['Forbidden', 'FieldValueForbidden'],
	['Too long', 'FieldValueTooLong'],
	['Too many', 'FieldValueTooMany'],
] as const;

const causeReason = (message: string): string => causeReasons.find(([start]) => message.startsWith(start))?.[1] ?? 'FieldValueInvalid';
