/**
The errors that decide how an event is answered. Anything else that is thrown may succeed later and is answered with 503.
*/

/**
An error after which trying again cannot help: the event is answered with 422 and goes to the dead letter sink.
*/
export class TerminalError extends Error {
	override readonly name: string = 'TerminalError';
}

/**
The user's own fault, in a manifest, a Secret or a setting. The message names the field and what to do; the reason is the CamelCase word for the condition and the Event.
*/
export class ConfigurationError extends TerminalError {
	override readonly name = 'ConfigurationError';
	readonly reason: string;

	constructor(message: string, reason = 'Invalid', options?: ErrorOptions) {
		super(message, options);
		this.reason = reason;
	}
}

/**
Somebody else wrote the object since it was read (409 of the API server): read it again and decide anew.
*/
export class ConflictError extends Error {
	override readonly name = 'ConflictError';
}

/**
An object of that name is there already.
*/
export class AlreadyExistsError extends Error {
	override readonly name = 'AlreadyExistsError';
}

/**
What was thrown, as an error, whatever it was.
*/
export const toError = (thrown: unknown): Error => thrown instanceof Error ? thrown : new Error(String(thrown), {cause: thrown});

/**
The HTTP status that makes a broker do the right thing with the event: 422 is never tried again (dead letter), 503 is.
*/
export const toHttpStatus = (error: unknown): 422 | 503 => error instanceof TerminalError ? 422 : 503;
