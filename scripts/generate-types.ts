import {readFile, writeFile} from 'node:fs/promises';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {parse} from 'yaml';
import {customResources} from './api/custom-resources.ts';
import {generateJsonSchema} from './api/json-schema.ts';
import {generateReference} from './api/reference.ts';
import type {CustomResourceDefinition} from './api/shapes.ts';
import {generateTypes} from './api/types.ts';

const root = new URL('../', import.meta.url);

const preface = `# API reference

Both kinds are namespaced and have a status subresource. The API server refuses what a field cannot mean, with a message that names the field; \`kubectl explain\` says the same as this page, which is generated from the CRDs by \`npm run types\`. How the fields of a Neo4jBackup work together is in the [backup guide](backup.md), and what expires in [Retention](retention.md). Nothing acts on a Neo4jRestore yet.
`;

/**
Writes what is generated from the CRDs: the TypeScript types and docs/api.md. With `--check` it writes nothing, names the files that are not what it would write, and exits with 1 when there are any.
*/
const main = async (): Promise<void> => {
	const {values: {check}} = parseArgs({options: {check: {type: 'boolean', default: false}}});
	const definitions = await Promise.all(customResources.map(async resource => ({resource, definition: await readDefinition(resource.crd)})));
	const files = [
		...definitions.map(({resource, definition}) => [resource.types, generateTypes(resource, definition)] as const),
		...definitions.flatMap(({resource, definition}) => resource.schema === undefined ? [] : [[resource.schema, generateJsonSchema(resource, definition)] as const]),
		['docs/api.md', [preface, ...definitions.map(({resource, definition}) => generateReference(resource, definition))].join('\n')] as const,
	];
	for (const [path, text] of files) {
		await (check ? compare : write)(path, text);
	}
};

const readDefinition = async (path: string): Promise<CustomResourceDefinition> => parse(await readFile(new URL(path, root), 'utf8')) as CustomResourceDefinition;

const write = async (path: string, text: string): Promise<void> => writeFile(new URL(path, root), text);

const compare = async (path: string, text: string): Promise<void> => {
	if (await readFile(new URL(path, root), 'utf8').catch(() => '') !== text) {
		console.error(`${path} is not what the CRDs say: run \`npm run types\` and commit the result`);
		process.exitCode = 1;
	}
};

await main();
