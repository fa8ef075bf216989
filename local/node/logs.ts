import {open} from 'node:fs/promises';
import {wallDelay} from '#local/kube/delay.ts';

const pollMs = 50;
const chunkBytes = 64 * 1024;

export type LogTail = {
	readonly path: string;
	/** Goes on until the container has ended. */
	readonly follow: boolean;
	/** So many of the last lines only. */
	readonly tailLines?: number;
	/** Whether the container has ended, so that nothing more will be written. */
	readonly ended: () => Promise<boolean>;
	readonly signal: AbortSignal;
};

/**
The bytes of a container's log file, from the start or from the last lines on, and, when followed, as they are written.
*/
export async function * readLog({path, follow, tailLines, ended, signal}: LogTail): AsyncGenerator<Buffer> {
	const file = await open(path, 'r');
	try {
		let position = tailLines === undefined ? 0 : await startOfTail(file, tailLines);
		while (!signal.aborted) {
			// Asked before reading: what was written before the end is read after it.
			const isLast = !follow || await ended();
			for (;;) {
				const {bytesRead, buffer} = await file.read(Buffer.alloc(chunkBytes), 0, chunkBytes, position);
				if (bytesRead === 0) {
					break;
				}

				position += bytesRead;
				yield buffer.subarray(0, bytesRead);
			}

			if (isLast) {
				return;
			}

			await wallDelay(pollMs, signal).catch(() => undefined);
		}
	} finally {
		await file.close();
	}
}

const startOfTail = async (file: Awaited<ReturnType<typeof open>>, lines: number): Promise<number> => {
	const {size} = await file.stat();
	let position = size;
	let found = 0;
	while (position > 0) {
		const length = Math.min(chunkBytes, position);
		position -= length;
		const {buffer} = await file.read(Buffer.alloc(length), 0, length, position);
		for (let index = length - 1; index >= 0; index--) {
			// The newline that ends the file begins no line.
			if (buffer[index] === 0x0A && position + index !== size - 1 && ++found === lines) {
				return position + index + 1;
			}
		}
	}

	return lines === 0 ? size : 0;
};
