import test from 'ava';
import {namedObject} from '#shared/events/named-object.ts';
import {type ReceivedEvent} from '#shared/events/received-event.ts';

const extensions = {
	apiversion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', namespace: 'neo4j', name: 'daily',
} as const;
const about = (changes: ReceivedEvent['extensions']): ReceivedEvent => ({
	id: '1', source: '/s', type: 't', specversion: '1.0', extensions: {...extensions, ...changes}, data: undefined,
});

test('the object is the one that the attributes name', t => {
	t.deepEqual(namedObject(about({})), {
		apiVersion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', namespace: 'neo4j', name: 'daily',
	});
	t.deepEqual(namedObject(about({apiversion: 'v1', kind: 'Pod', name: 'a.b'})), {
		apiVersion: 'v1', kind: 'Pod', namespace: 'neo4j', name: 'a.b',
	});
});

for (const [name, value] of [
	['name', ''],
	['name', '..'],
	['name', 'a/b'],
	['name', 'Daily'],
	['name', 7],
	['name', 'a'.repeat(254)],
	['namespace', '../../kube-system'],
	['kind', 'job'],
	['kind', 'A?b'],
	['apiversion', 'v1/../..'],
	['apiversion', '../v1'],
	['apiversion', 'batch/'],
] as const) {
	test(`${name} ${JSON.stringify(value).slice(0, 30)} names nothing`, t => {
		t.is(namedObject(about({[name]: value})), undefined);
	});
}
