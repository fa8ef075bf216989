import {gaxios} from 'google-auth-library';
import {type Diagnosis} from '../failure.ts';
import {type StoreErrorCode} from '../store.ts';

/**
What an error of Google's client means; undefined for one that did not come from a server. Reasons: https://cloud.google.com/storage/docs/json_api/v1/status-codes
*/
export const diagnoseGcs = (error: unknown): Diagnosis | undefined => {
	if (error instanceof Error && error.message.includes('Could not load the default credentials')) {
		return {code: 'CredentialsInvalid', says: 'no credentials were given, and this machine has none of its own'};
	}

	const answer = readAnswer(error);
	if (answer === undefined) {
		return undefined;
	}

	const {status, reason, message} = answer;
	const says = `${reason === '' ? status : reason}: ${message}`;
	return isLock(reason, message)
		? {code: 'Locked', says, retryAfter: lockDate(message)}
		: {code: codesOfReason[reason] ?? codeOfStatus(status, message), says};
};

type Answer = {readonly status: number; readonly reason: string; readonly message: string};

// The storage API puts an object under `error`, the token endpoint a word.
const readAnswer = (error: unknown): Answer | undefined => {
	if (!(error instanceof gaxios.GaxiosError) || error.status === undefined) {
		return undefined;
	}

	const {status} = error;
	const data: unknown = error.response?.data;
	const {error: told, error_description: description} = (typeof data === 'string' ? parse(data) : data ?? {}) as ErrorBody;
	if (typeof told === 'string') {
		return {status, reason: 'oauth', message: [told, description].filter(Boolean).join(': ')};
	}

	return told === undefined
		? {status, reason: '', message: typeof data === 'string' ? data : error.message}
		: {status, reason: told.errors?.[0]?.reason ?? '', message: told.message ?? ''};
};

type ErrorBody = {
	readonly error?: string | {readonly message?: string; readonly errors?: ReadonlyArray<{readonly reason?: string}>};
	readonly error_description?: string;
};

const parse = (text: string): unknown => {
	try {
		return JSON.parse(text) ?? {};
	} catch {
		return {};
	}
};

const isLock = (reason: string, message: string): boolean =>
	reason === 'retentionPolicyNotMet' || reason === 'objectUnderActiveHold' || /retention policy|active (?:temporary|event-based) hold/iv.test(message);

// 'Object … cannot be deleted or overwritten until 2026-12-01T00:00:00.123Z'
const lockDate = (message: string): Date | undefined => {
	const text = /until (?<date>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+\-]\d\d:\d\d))/v.exec(message)?.groups?.['date'];
	return text === undefined ? undefined : new Date(text);
};

const codesOfReason: Readonly<Record<string, StoreErrorCode>> = {
	oauth: 'CredentialsInvalid',
	rateLimitExceeded: 'Busy',
	userRateLimitExceeded: 'Busy',
	quotaExceeded: 'Busy',
	backendError: 'Busy',
};

const codeOfStatus = (status: number, message: string): StoreErrorCode => {
	if (status === 429 || status === 408 || status >= 500) {
		return 'Busy';
	}

	if (status === 404) {
		// A missing object is asked for as an answer; what is missing otherwise is the bucket, whatever the words.
		return /no such object/iv.test(message) ? 'ObjectNotFound' : 'BucketNotFound';
	}

	return ({
		400: 'Unsupported', 401: 'CredentialsInvalid', 403: 'AccessDenied', 413: 'TooLarge',
	} as const)[status] ?? 'Unknown';
};
