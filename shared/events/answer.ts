import {toError, toHttpStatus} from '../errors.ts';
import {EventFormatError} from './event-format-error.ts';

export type Answer = {
	readonly status: number;
	/** A sentence for whoever finds the event in the dead letter sink; never on success. */
	readonly text?: string;
	readonly outcome: 'done' | 'malformed' | 'terminal' | 'later';
};

export const done: Answer = {status: 202, outcome: 'done'};

/**
The answer to an event whose handling threw. Only messages that are written here are told outside, because those of libraries can hold addresses with credentials in them: the log has them.
*/
export const failure = (thrown: unknown): Answer => {
	const error = toError(thrown);
	if (error instanceof EventFormatError) {
		return {status: 400, text: error.message, outcome: 'malformed'};
	}

	const refusal = refusalOf(error);
	if (refusal) {
		return {status: refusal, text: 'the request could not be read', outcome: 'malformed'};
	}

	const status = toHttpStatus(error);
	return status === 422
		? {status, text: error.message.slice(0, 500), outcome: 'terminal'}
		: {status, text: 'not now, try again later', outcome: 'later'};
};

/**
What express says of a body that it would not read: 413 too large, 415 unknown encoding.
*/
const refusalOf = (error: Error): number | undefined => {
	const {status, expose} = error as {status?: unknown; expose?: unknown};
	return expose === true && typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
};
