import {mkdir, readdir, rm} from 'node:fs/promises';
import path from 'node:path';

/**
Empties the folders that the attempts of a run share: neo4j-admin takes only an empty one, and what an attempt staged that was cut off must not be taken for an artifact.
*/
export const removeLeftovers = async (folders: readonly string[] = []): Promise<void> => {
	for (const folder of folders) {
		await mkdir(folder, {recursive: true});
		for (const name of await readdir(folder)) {
			await rm(path.join(folder, name), {recursive: true, force: true});
		}
	}
};
