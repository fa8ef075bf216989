import {glob, readFile} from 'node:fs/promises';

/**
A process of this machine by one of its arguments: containers' are seen from outside.
*/
export const processWith = async (argument: string): Promise<{readonly command: readonly string[]; readonly root: string} & Readonly<Record<string, unknown>>> => {
	for await (const folder of glob('/proc/[0-9]*')) {
		const text = await readFile(`${folder}/cmdline`, 'utf8').catch(() => '');
		const command = text.split('\0').slice(0, -1);
		if (command.includes(argument) && !command[0]!.endsWith('sh')) {
			const status = await readFile(`${folder}/status`, 'utf8');
			const mounts = await readFile(`${folder}/mounts`, 'utf8');
			const fields = status.split('\n').map(line => line.split(':\t')).map(([name = '', value = '']) => [name, value.trim().replaceAll('\t', ' ')] as const);
			return {
				...Object.fromEntries(fields),
				command,
				root: mounts.split('\n').map(line => line.split(' ')).find(([, place]) => place === '/')![3]!,
			};
		}
	}

	throw new Error(`No process has the argument ${argument}.`);
};
