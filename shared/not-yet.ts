import {ConfigurationError} from './errors.ts';

/**
Something that a run needs is not there yet: the CR waits, phase `Waiting`, and goes on by itself when it appears (decision D29).
*/
export class NotYetError extends Error {
	override readonly name = 'NotYetError';
	/** CamelCase word for the condition and the Event. */
	readonly reason: string;

	constructor(reason: string, message: string) {
		super(message);
		this.reason = reason;
	}
}

/**
Reads a Secret, which is mended without an edit of the CR: what is wrong with it is waited for.
*/
export const awaitSecret = async <T>(read: Promise<T>, reason?: string): Promise<T> => {
	try {
		return await read;
	} catch (error) {
		throw error instanceof ConfigurationError ? new NotYetError(reason ?? error.reason, error.message) : error;
	}
};
