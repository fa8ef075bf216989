import {readdir, stat, statfs} from 'node:fs/promises';
import path from 'node:path';
import {type PlannedFile} from './plan-files.ts';
import {formatBytes} from '#shared/api/sizes.ts';
import {parseArtifactName} from '#shared/catalogue/manifest.ts';
import {ConfigurationError} from '#shared/errors.ts';

/**
Looks at the folder that is to be filled, and answers which files are there already, by an earlier fetch. Throws a ConfigurationError where other backups of these databases lie, of which neo4j-admin would make chains of its own, where a file of one of the names is another one, and where there is no room for the rest.
*/
export const lookAtFolder = async (folder: string, files: readonly PlannedFile[]): Promise<ReadonlySet<string>> => {
	const found = await readdir(folder).catch((error: unknown) => missing(error));
	const names = new Set(files.map(({name}) => name));
	const databases = new Set(files.map(({name}) => databaseOf(name)));
	const stranger = found.find(name => !names.has(name) && databases.has(databaseOf(name) ?? ''));
	if (stranger !== undefined) {
		throw new ConfigurationError(`${folder} holds ${stranger}, which does not belong to what is fetched, and neo4j-admin would take it for a part of it: name an empty folder, or remove it`);
	}

	const present = new Set<string>();
	for (const file of files.filter(({name}) => found.includes(name))) {
		const {size} = await stat(path.join(folder, file.name));
		// Only a whole file ever gets its name; how large a decrypted one is, nothing says beforehand, but that it is smaller.
		if (file.isDecrypted ? size === 0 || size >= file.size : size !== file.size) {
			throw new ConfigurationError(`${file.name} is in ${folder} already, with ${size} bytes, and is not the one that has ${file.size} in the store: remove it, or name another folder`);
		}

		present.add(file.name);
	}

	await refuseFull(folder, files.filter(({name}) => !present.has(name)));
	return present;
};

const databaseOf = (name: string): string | undefined => parseArtifactName(name)?.database;

const missing = (error: unknown): readonly string[] => {
	if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
		return [];
	}

	throw error;
};

const refuseFull = async (folder: string, files: readonly PlannedFile[]): Promise<void> => {
	const needed = files.reduce((sum, {size}) => sum + size, 0);
	const system = await statfs(folder).catch(() => undefined);
	const free = system ? system.bavail * system.bsize : Infinity;
	if (free < needed) {
		throw new ConfigurationError(`${folder} has room for ${formatBytes(free)}, and ${formatBytes(needed)} are to be fetched: make room, or name another folder`);
	}
};
