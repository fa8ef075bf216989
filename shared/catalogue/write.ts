import {type Store} from '../stores/store.ts';
import {CatalogueError} from './catalogue-error.ts';
import {manifestKey} from './keys.ts';
import {parseManifest, type RunManifest} from './manifest.ts';

/**
Writes the manifest of a finished run, once. The same content again is fine (a repeated pod); another content under the same run id is a `CatalogueError` and changes nothing.
*/
export const writeManifest = async (store: Store, manifest: RunManifest): Promise<void> => {
	const text = JSON.stringify(manifest);
	// What could not be read back must not be written: it would stop every later sweep.
	parseManifest(manifest.runID, text);
	await writeOnce(store, manifestKey(manifest.runID), text);
};

/**
Creates a file of the catalogue and reads it back, because some servers ignore the condition that keeps two writers apart.
*/
const writeOnce = async (store: Store, key: string, text: string): Promise<void> => {
	await store.create(key, text);
	const found = await readText(store, key);
	if (found !== text) {
		throw new CatalogueError(
			key,
			found === undefined ? 'it was written and cannot be read back' : 'it is there already with another content',
			'Nothing was overwritten. Check whether two clusters or two runs write into this directory',
		);
	}
};

/**
Text of a small object, or undefined when there is none.
*/
export const readText = async (store: Store, key: string, maxBytes?: number): Promise<string | undefined> => {
	const body = await store.read(key, maxBytes);
	return body && new TextDecoder().decode(body);
};
