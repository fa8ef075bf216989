import {
	readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import {hostname} from 'node:os';
import process from 'node:process';

/**
Takes the lock of a database for this process. Neo4j locks the file itself, which Node cannot: the stand-in's lock is a file that is there and says who holds it.
*/
export const takeLock = (file: string): void => {
	writeFileSync(file, JSON.stringify({host: hostname(), pid: process.pid}));
};

export const releaseLock = (file: string): void => {
	rmSync(file, {force: true});
};

/**
Whether a running server holds the lock. One whose holder died on this machine is held by nobody, as with a real lock.
*/
export const isLocked = (file: string): boolean => {
	try {
		const {host, pid} = JSON.parse(readFileSync(file, 'utf8')) as {readonly host: string; readonly pid: number};
		return host !== hostname() || isAlive(pid);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return false;
		}

		throw error;
	}
};

const isAlive = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
};
