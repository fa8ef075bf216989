import {readFile, writeFile} from 'node:fs/promises';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {parse} from 'yaml';
import {customResources} from './api/custom-resources.ts';
import type {CustomResourceDefinition} from './api/shapes.ts';
import {generateTypes} from './api/types.ts';

/**
Writes what is generated from the CRDs: the TypeScript types and docs/api.md. With `--check` it writes nothing, and exits with 1 when a file is not what it would write.
*/
const main = async (): Promise<void> => {
	const {values: {check}} = parseArgs({options: {check: {type: 'boolean', default: false}}});
	const root = new URL('../', import.meta.url);
	for (const resource of customResources) {
		const definition = parse(await readFile(new URL(resource.crd, root), 'utf8')) as CustomResourceDefinition;
		await (check ? compare : writeFile)(new URL(resource.types, root), generateTypes(resource, definition));
	}
};

const compare = async (file: URL, wanted: string): Promise<void> => {
	if (await readFile(file, 'utf8').catch(() => '') !== wanted) {
		console.error(`${file.pathname} is not what its CRD says: run \`npm run types\` and commit the result`);
		process.exitCode = 1;
	}
};

await main();
