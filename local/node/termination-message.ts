import {Buffer} from 'node:buffer';
import {readFile} from 'node:fs/promises';

const longestMessage = 4096;
const longestFallback = 2048;
const fallbackLines = 80;

/**
A container's termination message: the first 4096 bytes of its file, or, with `FallbackToLogsOnError`, when the file is empty and the container failed, the end of its log: at most 2048 bytes and 80 lines.
*/
export const terminationMessage = async ({file, log, policy = 'File', exitCode}: {file: string; log: string; policy?: string | undefined; exitCode: number}): Promise<string | undefined> => {
	const message = await contents(file);
	if (message.length > 0) {
		return textOf(message.subarray(0, longestMessage));
	}

	if (policy !== 'FallbackToLogsOnError' || exitCode === 0) {
		return undefined;
	}

	const written = await contents(log);
	const end = textOf(written.subarray(-longestFallback));
	return end.split('\n').slice(-fallbackLines - 1).join('\n') || undefined;
};

const contents = async (path: string): Promise<Uint8Array> => {
	try {
		return await readFile(path);
	} catch {
		return new Uint8Array();
	}
};

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
