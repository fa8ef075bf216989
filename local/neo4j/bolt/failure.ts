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

export const invalidArguments = (message: string): BoltFailure => new BoltFailure('Neo.ClientError.General.InvalidArguments', message);

export const databaseNotFound = (message: string): BoltFailure => new BoltFailure('Neo.ClientError.Database.DatabaseNotFound', message);

export const databaseExists = (message: string): BoltFailure => new BoltFailure('Neo.ClientError.Database.ExistingDatabaseFound', message);

export const administrationError = (message: string): BoltFailure => new BoltFailure('Neo.ClientError.Statement.UnsupportedOperationError', message);

export const procedureNotFound = (name: string): BoltFailure => new BoltFailure('Neo.ClientError.Procedure.ProcedureNotFound', `There is no procedure with the name \`${name}\` registered for this database instance. Please ensure you've spelled the procedure name correctly and that the procedure is properly deployed.`);
