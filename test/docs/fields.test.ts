import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {parse} from 'yaml';

const root = path.join(import.meta.dirname, '../..');

type Schema = {readonly properties?: Readonly<Record<string, Schema>>; readonly items?: Schema};

const fieldsOf = (schema: Schema | undefined, parent: string): readonly string[] => Object.entries(schema?.properties ?? {}).flatMap(([name, field]) => [
	`${parent}.${name}`, ...fieldsOf(field, `${parent}.${name}`), ...fieldsOf(field.items, `${parent}.${name}[]`),
]);

/** What stands in code, in a line or as a block. */
const codeIn = (text: string): string => [...text.matchAll(/```.*?```|`[^`]+`/gsv)].map(([code]) => code).join('\n');

/** Written by hand: the reference is generated, and the contract is none of a user's. */
const readGuides = async (): Promise<string> => {
	const names = await readdir(path.join(root, 'docs'));
	const guides = names.filter(name => name.endsWith('.md') && name !== 'api.md' && name !== 'contract.md').map(name => path.join('docs', name));
	const texts = await Promise.all([...guides, 'README.md'].map(async file => readFile(path.join(root, file), 'utf8')));
	return texts.map(text => codeIn(text)).join('\n');
};

test('the guides name every field that a Neo4jBackup may have', async t => {
	const {spec: {versions: [{schema: {openAPIV3Schema}}]}} = parse(await readFile(path.join(root, 'crds/neo4jbackups.yaml'), 'utf8')) as {spec: {versions: [{schema: {openAPIV3Schema: Schema}}]}};
	const fields = fieldsOf(openAPIV3Schema.properties?.['spec'], 'spec');
	t.true(fields.length > 80);
	const guides = await readGuides();
	t.deepEqual(fields.filter(field => !new RegExp(String.raw`\b${field.split('.').at(-1)!.replace('[]', '')}\b`, 'v').test(guides)), []);
});
