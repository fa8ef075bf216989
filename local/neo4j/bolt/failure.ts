/**
A failure as the server reports it, with Neo4j's own code.
*/
export class BoltFailure extends Error {
	override readonly name = 'BoltFailure';
	readonly code: string;

	constructor(code: string, message: string) {
		super(message);
		this.code = code;
	}
}

export const unauthorized = (): BoltFailure => new BoltFailure('Neo.ClientError.Security.Unauthorized', 'The client is unauthorized due to authentication failure.');

export const syntaxError = (message: string): BoltFailure => new BoltFailure('Neo.ClientError.Statement.SyntaxError', message);
