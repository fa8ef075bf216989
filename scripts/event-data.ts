import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {compile, type JSONSchema} from 'json-schema-to-typescript';

const schemas = path.join(import.meta.dirname, '../shared/events/schemas');

export const eventDataFile = path.join(import.meta.dirname, '../shared/events/event-data.generated.ts');

/**
The TypeScript types of our events' data, from their JSON Schemas: one interface per type, and `EventData`, which maps the types to them.
*/
export const renderEventData = async (): Promise<string> => {
	const entries = await readdir(schemas);
	const files = entries.filter(file => file.endsWith('.json')).toSorted();
	const parsed = await Promise.all(files.map(async file => JSON.parse(await readFile(path.join(schemas, file), 'utf8')) as JSONSchema & {title: string}));
	const options = {bannerComment: '', ignoreMinAndMaxItems: true, style: {singleQuote: true, useTabs: true}};
	const interfaces = await Promise.all(parsed.map(async schema => compile(schema, schema.title, options)));
	const rows = files.map((file, index) => `\t'${path.basename(file, '.json')}': ${parsed[index]!.title};`);
	return `/* Generated from shared/events/schemas by scripts/generate-event-data.ts: edit those. */\n\n${interfaces.join('\n')}
/**
The data of each of our event types.
*/
export interface EventData {
${rows.join('\n')}
}
`;
};
