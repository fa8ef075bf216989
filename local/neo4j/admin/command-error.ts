/**
A command ends with this exit code: 1 failed, 64 bad options, 70 unhandled.
*/
export class CommandError extends Error {
	override readonly name = 'CommandError';
	readonly exitCode: number;

	constructor(message: string, exitCode = 1, options?: ErrorOptions) {
		super(message, options);
		this.exitCode = exitCode;
	}
}

/**
Arguments that the command line does not take: message and usage, exit 64.
*/
export const badArguments = (message: string): CommandError => new CommandError(message, 64);
