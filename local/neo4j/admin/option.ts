import {isAtLeast, type Version} from './version.ts';

/**
How an option takes its value. `switch`: none (or `=true`, `=false`); `boolean`: none or `true` or `false`; `text`: exactly one; `list`: comma-separated and greedy, it also swallows the positional arguments that follow.
*/
export type Option = {
	readonly name: string;
	readonly kind: 'switch' | 'boolean' | 'text' | 'list';
	/** Placeholder of the value in usage and errors: `<path>`. */
	readonly label?: string;
	/** First version that has it; absent: 5.26 and older have it. */
	readonly since?: string;
	/** The values that it takes, by version; case does not matter. Absent: any. */
	readonly accepts?: (value: string, version: Version) => boolean;
};

export type CommandLine = {
	/** As typed: `neo4j-admin database backup`. */
	readonly name: string;
	readonly options: readonly Option[];
	readonly positional: {readonly label: string; readonly most: number};
};

/**
The options that this version has.
*/
export const optionsOf = ({options}: CommandLine, version: Version): readonly Option[] => options.filter(({since}) => since === undefined || isAtLeast(version, since));

/**
Usage as picocli draws it, in lines of 100 columns.
*/
export const usage = (command: CommandLine, version: Version): string => {
	const words = [...optionsOf(command, version).map(option => `[${drawOption(option)}]`), `[${command.positional.label}${command.positional.most > 1 ? '...' : ''}]`];
	const lines = [command.name];
	for (const word of words) {
		if ((lines.at(-1) ?? '').length + word.length >= 100) {
			lines.push(' '.repeat(command.name.length));
		}

		lines.push(`${lines.pop() ?? ''} ${word}`);
	}

	return `USAGE\n\n${lines.join('\n')}`;
};

const drawOption = ({name, kind, label = ''}: Option): string => {
	if (kind === 'boolean') {
		return `${name}[=true|false]`;
	}

	return kind === 'switch' ? name : `${name}=${label}`;
};
