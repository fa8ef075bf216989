import {readFile, writeFile} from 'node:fs/promises';
import {text} from 'node:stream/consumers';
import process from 'node:process';
import {ConfigurationError, toError} from '#shared/errors.ts';

/**
The text of a file that an option names; `-` is standard input.
*/
export const readNamed = async (option: string, file: string): Promise<string> => {
	try {
		return await (file === '-' ? text(process.stdin) : readFile(file, 'utf8'));
	} catch (error) {
		throw new ConfigurationError(`${option}: ${file} cannot be read: ${reasonOf(error)}`);
	}
};

/**
Writes the file that an option names, in place of one that is there.
*/
export const writeNamed = async (option: string, file: string, content: string): Promise<void> => {
	try {
		await writeFile(file, content);
	} catch (error) {
		throw new ConfigurationError(`${option}: ${file} cannot be written: ${reasonOf(error)}`);
	}
};

const reasons: Readonly<Record<string, string>> = {
	ENOENT: 'there is no such file or folder', EISDIR: 'it is a folder', EACCES: 'you have no right to', ENOTDIR: 'a part of its path is no folder',
};

const reasonOf = (error: unknown): string => reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? toError(error).message;
