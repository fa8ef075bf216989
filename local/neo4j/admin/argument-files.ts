import {existsSync, readFileSync} from 'node:fs';
import {resolve} from 'node:path';

/**
Replaces each `@file` by the arguments in that file, as picocli does: separated by white space, quotes keep it together, `#` begins a comment, files may name files, `@@x` is `@x`, and a file that does not exist is an ordinary argument.
*/
export const expandArgumentFiles = (argv: readonly string[], cwd: string): readonly string[] => argv.flatMap(argument => {
	if (argument.startsWith('@@')) {
		return [argument.slice(1)];
	}

	const file = resolve(cwd, argument.slice(1));
	return argument.startsWith('@') && existsSync(file) ? expandArgumentFiles(wordsOf(readFileSync(file, 'utf8')), cwd) : [argument];
});

const wordsOf = (text: string): readonly string[] => [...text.matchAll(/#.*|"([^"]*)"|'([^']*)'|(\S+)/gv)]
	.filter(([word]) => !word.startsWith('#'))
	.map(([, double, single, bare]) => double ?? single ?? bare ?? '');
