import {open, type FileHandle} from 'node:fs/promises';
import {wallDelay} from '#local/kube/delay.ts';

const pollMs = 50;
const chunkBytes = 64 * 1024;
const newline = 0x0A;

export type LogTail = {
	readonly path: string;
	/** Goes on until the container has ended. */
	readonly follow: boolean;
	/** So many of the last lines only. */
	readonly tailLines?: number;
	/** So many bytes at most. */
	readonly limitBytes?: number;
	/** Whether the container has ended, so that nothing more will be written. */
	readonly ended: () => Promise<boolean>;
	readonly signal: AbortSignal;
};

/**
The bytes of a container's log file, from the start or from the last lines on, and, when followed, as they are written.
*/
export async function * readLog({path, follow, tailLines, limitBytes = Infinity, ended, signal}: LogTail): AsyncGenerator<Uint8Array> {
	const file = await open(path, 'r');
	try {
		const start = tailLines === undefined ? 0 : await startOfTail(file, tailLines);
		let position = start;
		let isLast = false;
		while (!isLast && !signal.aborted) {
			// Asked before reading: what was written before the end is read after it.
			isLast = !follow || await ended();
			for await (const chunk of readOn(file, position, start + limitBytes)) {
				position += chunk.length;
				yield chunk;
			}

			isLast ||= position >= start + limitBytes;
			await (isLast ? undefined : wallDelay(pollMs, signal).catch(() => undefined));
		}
	} finally {
		await file.close();
	}
}

async function * readOn(file: FileHandle, from: number, to: number): AsyncGenerator<Uint8Array> {
	let position = from;
	while (position < to) {
		const {bytesRead, buffer} = await file.read(new Uint8Array(chunkBytes), 0, Math.min(chunkBytes, to - position), position);
		if (bytesRead === 0) {
			return;
		}

		position += bytesRead;
		yield buffer.subarray(0, bytesRead);
	}
}

const startOfTail = async (file: FileHandle, lines: number): Promise<number> => {
	const {size} = await file.stat();
	if (lines === 0) {
		return size;
	}

	let position = size;
	let missing = lines;
	while (position > 0) {
		const length = Math.min(chunkBytes, position);
		position -= length;
		const {buffer} = await file.read(new Uint8Array(length), 0, length, position);
		const starts = lineStarts(buffer, size - position);
		if (starts.length >= missing) {
			return position + starts.at(-missing)!;
		}

		missing -= starts.length;
	}

	return 0;
};

/** The newline that ends the file begins no line. */
const lineStarts = (buffer: Uint8Array, end: number): readonly number[] =>
	[...buffer.keys()].map(index => index + 1).filter(start => buffer[start - 1] === newline && start !== end);
