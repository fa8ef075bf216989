import {execFileSync} from 'node:child_process';
import {realpath} from 'node:fs/promises';
import {type Entry} from './layer.ts';

/**
Programs of this machine and the libraries that they are linked with, as entries of an image at the paths given (program to path).
*/
export const programEntries = async (programs: Readonly<Record<string, string>>): Promise<readonly Entry[]> => {
	const libraries = Object.keys(programs).map(program => librariesOf(program));
	return [
		...await Promise.all(Object.entries(programs).map(async ([program, path]) => ({path, file: await realpath(program), mode: 0o755}))),
		...await Promise.all([...new Set(libraries.flat())].toSorted().map(async library => ({path: library.slice(1), file: await realpath(library), mode: 0o755}))),
	];
};

const librariesOf = (program: string): readonly string[] => {
	const listing = execFileSync('ldd', [program], {encoding: 'utf8'});
	return [...listing.matchAll(/(?<path>\/\S+) \(0x/gv)].map(match => match.groups!['path']!);
};
