import {readFile} from 'node:fs/promises';
import test from 'ava';
import {eventDataFile, renderEventData} from '../../../scripts/event-data.ts';
import {compileEventSchemas} from './event-schemas.ts';
import {eventSamples} from './event-samples.ts';
import {eventTypes} from '#shared/events/catalogue.ts';

const schemas = await compileEventSchemas();

test('every type has a schema and every schema a type', t => {
	t.deepEqual([...schemas.keys()], Object.values(eventTypes).toSorted());
});

test('every type has a sample here', t => {
	t.deepEqual(eventSamples().map(event => event.type).toSorted(), Object.values(eventTypes).toSorted());
});

for (const event of eventSamples()) {
	test(`the data of ${event.type} passes its schema, and other data does not`, t => {
		const validate = schemas.get(event.type)!;
		t.true(validate(event.data), `${JSON.stringify(validate.errors)}`);
		t.false(validate({...event.data as Record<string, unknown>, invented: true}));
		for (const name of Object.keys(event.data as Record<string, unknown>).filter(name => name !== 'reason' || event.type !== eventTypes.reconcileRequested)) {
			t.false(validate({...event.data as Record<string, unknown>, [name]: {}}), `${name} is not checked`);
		}
	});
}

test('every field of every schema is described', t => {
	for (const validate of schemas.values()) {
		t.deepEqual(undescribed(validate.schema as Schema), []);
	}
});

test('the generated types are those of the schemas', async t => {
	t.is(await readFile(eventDataFile, 'utf8'), await renderEventData(), 'run `node scripts/generate-event-data.ts`');
});

type Schema = {readonly description?: string; readonly title?: string; readonly properties?: Readonly<Record<string, Schema>>; readonly items?: Schema};

const undescribed = ({description, properties = {}, items, title = ''}: Schema): string[] => [
	...(description ? [] : [title]),
	...Object.entries(properties).flatMap(([name, property]) => undescribed({...property, title: `${title}.${name}`})),
	...(items ? undescribed({...items, title: `${title}[]`}) : []),
];
