import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

/**
Does something while no other process of this machine does anything under the same lock. The kernel keeps it, by `flock`, so that it is free again however its holder ends, and the file is gone with it. Who waits is told for whom.
*/
export const withLock = async <T>(file: string, log: (line: string) => void, action: () => Promise<T>): Promise<T> => {
	const release = await take(file, log);
	try {
		return await action();
	} finally {
		await release();
	}
};

const take = async (file: string, log: (line: string) => void): Promise<() => Promise<void>> => {
	await mkdir(path.dirname(file), {recursive: true});
	const holder = await attempt(file, '--nonblock');
	if (holder) {
		await describe(file);
		return holder;
	}

	log(`waiting for ${await readFile(file, 'utf8').catch(() => '') || 'another process'}, which holds ${file}`);
	const later = await attempt(file, '--exclusive');
	if (!later) {
		throw new Error(`flock could not lock ${file}.`);
	}

	await describe(file);
	return later;
};

/** Who waited for a lock has one on a file that its holder removed; the next one is made then. */
const script = `
	while exec 9>>"$1" && flock $2 9; do
		if [ "$1" -ef /proc/self/fd/9 ]; then
			echo locked
			cat > /dev/null
			exec rm -f "$1"
		fi
	done`;

/** The shell lives as long as this process holds the other end of its input, and removes the file. A signal to all processes of ours does not reach it. */
const attempt = async (file: string, option: string): Promise<(() => Promise<void>) | undefined> => {
	const holder = spawn('sh', ['-c', script, 'lock', file, option], {detached: true, stdio: ['pipe', 'pipe', 'inherit']});
	const ended = once(holder, 'close');
	const taken = await Promise.race([once(holder.stdout, 'data').then(() => true), ended.then(() => false)]);
	return taken
		? async () => {
			holder.stdin.end();
			await ended;
		}
		: undefined;
};

const describe = async (file: string): Promise<void> => writeFile(file, `process ${process.pid} in ${process.cwd()}`);
