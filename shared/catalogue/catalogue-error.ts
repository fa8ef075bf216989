/**
A file of the catalogue is not what it must be: cut off, foreign, of a newer version, or contradicting itself. While there is one, nothing of the directory may be deleted. `key` names the file, the message also says what to do.
*/
export class CatalogueError extends Error {
	override readonly name = 'CatalogueError';
	readonly key: string;

	constructor(key: string, problem: string, remedy: string, options?: ErrorOptions) {
		super(`${key}: ${problem}. ${remedy}`, options);
		this.key = key;
	}
}
