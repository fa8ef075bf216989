import {AlreadyExistsError, ConflictError} from '../errors.ts';
import {type Answer} from './send.ts';

/**
The API server refused a request for a reason that has no class of its own: 403, 422, 5xx ….
*/
export class KubeError extends Error {
	override readonly name = 'KubeError';
	readonly status: number;
	readonly reason: string;

	constructor(message: string, status: number, reason: string) {
		super(message);
		this.status = status;
		this.reason = reason;
	}
}

/**
The API server did not answer in time, or not at all.
*/
export class KubeUnavailableError extends Error {
	override readonly name = 'KubeUnavailableError';
}

/**
The error for a refusal, by the reason that the API server gives in its Status object.
*/
export const toKubeError = (method: string, path: string, answer: Answer): Error => {
	const {message, reason = ''} = statusOf(answer);
	const text = `${method} ${path.replace(/\?.*/v, '')}: ${message ?? `HTTP ${answer.status}`}`;
	if (reason === 'AlreadyExists') {
		return new AlreadyExistsError(text);
	}

	return answer.status === 409 ? new ConflictError(text) : new KubeError(text, answer.status, reason);
};

const statusOf = ({text}: Answer): {message?: string; reason?: string} => {
	try {
		return JSON.parse(text) as {message?: string; reason?: string};
	} catch {
		return {message: text.slice(0, 200)};
	}
};
