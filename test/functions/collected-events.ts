import {randomUUID} from 'node:crypto';
import type {ExecutionContext} from 'ava';
import {hasRealApi} from './api-server.ts';
import {type Scenario} from './scenario.ts';
import {eventTypes} from '#shared/events/catalogue.ts';
import {type KubeObject} from '#shared/kube/object.ts';
import {compileEventSchemas} from '#test/shared/events/event-schemas.ts';

export type OwnEvent = {
	readonly type: string;
	readonly id: string;
	readonly source: string;
	readonly subject: string;
	readonly attributes: Readonly<Record<string, string>>;
	readonly data: Readonly<Record<string, unknown>>;
};

const byHand = '/by-hand';

/**
Posts an event about a Neo4jBackup to the Broker, as docs/events.md shows it with curl, waits for all that it leads to, and answers the Broker's status.
*/
export const postByHand = async ({runtime}: Scenario, attributes: Readonly<Record<string, string>>, data: unknown = {}): Promise<number> => {
	const context = {
		specversion: '1.0', id: randomUUID(), source: byHand, apiversion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', namespace: 'neo4j', ...attributes,
	};
	const headers = Object.fromEntries(Object.entries(context).map(([key, value]) => [`ce-${key}`, value]));
	const {status} = await fetch(runtime.brokerUrl, {method: 'POST', headers: {...headers, 'content-type': 'application/json'}, body: JSON.stringify(data)});
	await runtime.settled();
	return status;
};

/**
All events of our own types that the functions sent, in the order in which the Broker took them. On a real API server, where functions take longer, two of them may tell the same at once, under the same id: that is one.
*/
export const ownEvents = ({runtime}: Scenario, type?: string): readonly OwnEvent[] => runtime.eventing.events()
	.map(({event}) => event)
	.filter(({attributes: {id, source}}, index, all) => !hasRealApi() || all.findIndex(({attributes}) => attributes['id'] === id && attributes['source'] === source) === index)
	.filter(({attributes}) => attributes['type']!.startsWith('com.neo4j.') && attributes['source'] !== byHand && (!type || attributes['type'] === type))
	.map(({attributes, data}) => ({
		type: attributes['type']!, id: attributes['id']!, source: attributes['source']!, subject: attributes['subject']!, attributes, data: JSON.parse(new TextDecoder().decode(data)) as Record<string, unknown>,
	}));

const ofRuns: ReadonlySet<string> = new Set([eventTypes.backupStarted, eventTypes.backupSucceeded, eventTypes.backupFailed, eventTypes.backupOverdue]);

/**
Holds all events of a scenario to what docs/events.md promises of them: each passes the schema of its type, says which object it is about, and what tells of a run or an instant does so once.
*/
export const checkEvents = async (t: ExecutionContext, scenario: Scenario, {repeats = false} = {}): Promise<void> => {
	const schemas = await compileEventSchemas();
	const events = ownEvents(scenario);
	for (const {type, source, subject, attributes, data} of events) {
		const validate = schemas.get(type)!;
		validate(data);
		t.deepEqual(validate.errors ?? null, null, `${type} of ${subject}`);
		const {apiversion, namespace, name} = attributes;
		t.is(source, `/apis/${apiversion}/namespaces/${namespace}/neo4jbackups/${name}`);
		t.is(attributes['datacontenttype'], 'application/json');
		t.truthy(subject);
	}

	const told = events.filter(({type}) => ofRuns.has(type));
	const ids = told.map(({type, source, subject, id}) => `${type} ${source} ${subject} ${id}`);
	t.is(new Set(told.map(({id}) => id)).size, new Set(ids).size, 'one id, one cause');
	if (!repeats) {
		t.deepEqual(ids, [...new Set(ids)], 'told once');
	}
};

type EventObject = KubeObject & {readonly reason: string; readonly type: string; readonly message: string; readonly involvedObject: {readonly kind: string; readonly name: string}};

/**
The Kubernetes Events on a Neo4jBackup, as `kubectl describe` shows them.
*/
export const eventsOf = async ({runtime}: Scenario, name: string): Promise<readonly EventObject[]> => {
	const all: EventObject[] = [];
	for await (const page of runtime.kube.list<EventObject>({apiVersion: 'v1', kind: 'Event', namespace: 'neo4j'})) {
		all.push(...page);
	}

	return all.filter(({involvedObject}) => involvedObject.kind === 'Neo4jBackup' && involvedObject.name === name);
};
