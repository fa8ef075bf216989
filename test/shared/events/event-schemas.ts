import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {Ajv, type ValidateFunction} from 'ajv';
import addFormats from 'ajv-formats';

const folder = path.join(import.meta.dirname, '../../../shared/events/schemas');

/**
A validator of the data of each of our event types, by type.
*/
export const compileEventSchemas = async (): Promise<ReadonlyMap<string, ValidateFunction>> => {
	const ajv = new Ajv({strict: true, allErrors: true});
	addFormats.default(ajv);
	const files = await readdir(folder);
	const schemas = await Promise.all(files.toSorted().map(async file => JSON.parse(await readFile(path.join(folder, file), 'utf8')) as Record<string, unknown>));
	return new Map(files.toSorted().map((file, index) => [path.basename(file, '.json'), ajv.compile(schemas[index]!)]));
};
