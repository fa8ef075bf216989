import {TerminalError} from '../errors.ts';

/**
A file cannot be decrypted: the key is another one, or the file is not what was written. The message is a sentence about the file, and holds nothing of the key.
*/
export class DecryptionError extends TerminalError {
	override readonly name = 'DecryptionError';

	constructor(problem: string, options?: ErrorOptions) {
		super(`decryption failed: ${problem}`, options);
	}
}
