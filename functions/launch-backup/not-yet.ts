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
