import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {
	ofKind, readBase, root, type Manifest, type Trigger,
} from './manifests.ts';
import {eventTypes} from '#shared/events/catalogue.ts';
import {compileEventSchemas} from '#test/shared/events/event-schemas.ts';

const manifests = await readBase();
const schemas = await compileEventSchemas();
const documentation = await readFile(path.join(root, 'docs/events.md'), 'utf8');
const rows = documentation.split('\n').filter(line => line.startsWith('| `com.neo4j.')).map(line => line.split('|').slice(1, -1).map(cell => cell.trim())).map(([type = '', , hearers = '', , data = '']) => ({type: type.replaceAll('`', ''), hearers, data}));

type EventTypeManifest = Manifest & {readonly spec: Record<string, unknown>};
type Schema = {readonly description: string; readonly required: readonly string[]; readonly properties: Readonly<Record<string, unknown>>};

test('[X-122] every type has a schema and one EventType, with the description of its schema', t => {
	const found = ofKind<EventTypeManifest>(manifests, 'EventType');
	t.deepEqual(found.map(manifest => manifest.metadata.name).toSorted(), Object.values(eventTypes).toSorted());
	for (const {metadata: {name}, spec} of found) {
		t.like(spec, {type: name, description: (schemas.get(name)!.schema as Schema).description, reference: {kind: 'Broker', name: 'neo4j-backup'}});
	}
});

test('[X-122] every type has one row in docs/events.md, with all fields of its data', t => {
	t.deepEqual(rows.map(({type}) => type), Object.values(eventTypes));
	for (const {type, data} of rows) {
		const {required, properties} = schemas.get(type)!.schema as Schema;
		const optional = Object.keys(properties).filter(name => !required.includes(name)).map(name => `*${name}*`);
		t.deepEqual(data.split(', '), [...required, ...optional], `the row of ${type}`);
	}
});

test('docs/events.md says of every type which function hears it', t => {
	const triggers = ofKind<Trigger>(manifests, 'Trigger');
	for (const {type, hearers} of rows.filter(row => row.type !== eventTypes.reconcileRequested)) {
		const subscribers = triggers.filter(({spec}) => spec.filters[0]!.exact['type'] === type).map(({spec}) => spec.subscriber.ref.name);
		t.is(hearers, subscribers.join(', '), `the row of ${type}`);
	}
});
