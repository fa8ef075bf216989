import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {CommandError} from './command-error.ts';

export type Staging = {
	readonly path: (name: string) => string;
	/** Deletes what was staged. */
	readonly clear: () => Promise<void>;
};

/**
Where a backup puts the whole store before it becomes an artifact. `temporaryPath` (`--temp-path`) must exist and be empty; without it a folder is made below `fallback`.
*/
export const openStaging = async (temporaryPath: string | undefined, fallback: string): Promise<Staging> => {
	const directory = temporaryPath ?? await makeFolder(fallback);
	const entries = await readdir(directory).catch(() => undefined);
	if (entries === undefined) {
		throw new CommandError(`Storage staging path does not exist: '${directory}'`);
	}

	if (entries.length > 0) {
		throw new CommandError(`Storage staging path is not empty: '${directory}'`);
	}

	return {
		path: name => join(directory, name),
		async clear() {
			if (temporaryPath === undefined) {
				await rm(directory, {recursive: true, force: true});
				return;
			}

			for (const name of await readdir(directory)) {
				await rm(join(directory, name), {recursive: true, force: true});
			}
		},
	};
};

const makeFolder = async (parent: string): Promise<string> => {
	try {
		return await mkdtemp(join(parent, 'neo4j-backup-staging-'));
	} catch (error) {
		throw new CommandError(`java.nio.file.FileSystemException: ${(error as Error).message}`, 1, {cause: error});
	}
};
