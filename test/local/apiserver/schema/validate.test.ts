import test from 'ava';
import {widgetSchema} from './widget.ts';
import {prepareSchema} from '#local/apiserver/schema/validate.ts';

type Json = Record<string, unknown>;

const prepared = prepareSchema(widgetSchema);

const widget = (spec: Json, name = 'w'): Json => ({
	apiVersion: 'example.com/v1', kind: 'Widget', metadata: {name}, spec: {kind: 'Cluster', ...spec},
});

const unchecked = '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

const errorsOf = (object: Json, old?: Json): string[] => prepared.validate(object, old).map(({field, message}) => `${field}: ${message}`);

// The wording is that of Kubernetes 1.34's apiextensions-apiserver, run on the same schema and objects.
const refused: Record<string, readonly [object: Json, ...errors: string[]]> = {
	'a missing member': [{
		apiVersion: 'example.com/v1', kind: 'Widget', metadata: {name: 'w'}, spec: {},
	}, 'spec.kind: Required value', unchecked],
	'a value outside the enum': [widget({kind: 'Foo'}), 'spec.kind: Unsupported value: "Foo": supported values: "Cluster", "Database"', unchecked],
	'a string for an integer': [widget({count: 'many'}), 'spec.count: Invalid value: "string": spec.count in body must be of type integer: "string"', unchecked],
	'an integer for a string': [widget({owner: 3}), 'spec.owner: Invalid value: "integer": spec.owner in body must be of type string: "integer"', unchecked],
	'a list for an object': [widget({labels: []}), 'spec.labels: Invalid value: "array": spec.labels in body must be of type object: "array"', unchecked],
	'a fraction for an integer': [widget({low: 1.5}), 'spec.low: Invalid value: "number": spec.low in body must be of type integer: "number"', unchecked],
	'null in a list': [widget({tags: [null]}), 'spec.tags[0]: Invalid value: "null": spec.tags[0] in body must be of type string: "null"', unchecked],
	'a string that misses its pattern': [widget({path: 'A/b'}), 'spec.path: Invalid value: "A/b": spec.path in body should match \'^[a-z]+$\''],
	'a string that is too long': [widget({owner: 'x'.repeat(9)}), 'spec.owner: Too long: may not be more than 8 bytes', unchecked],
	'a string that is too short': [widget({name: 'x'}), 'spec.name: Invalid value: "x": spec.name in body should be at least 2 chars long'],
	'a number below its minimum': [widget({count: 0}), 'spec.count: Invalid value: 0: spec.count in body should be greater than or equal to 1'],
	'a number above its maximum': [widget({count: 11}), 'spec.count: Invalid value: 11: spec.count in body should be less than or equal to 10'],
	'a number at an exclusive minimum': [widget({ratio: 0}), 'spec.ratio: Invalid value: 0: spec.ratio in body should be greater than 0'],
	'a string that is no date-time': [widget({at: 'yesterday'}), 'spec.at: Invalid value: "yesterday": spec.at in body must be of type date-time: "yesterday"', unchecked],
	'a boolean for int-or-string': [
		widget({port: true}),
		'spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
		'<nil>: Invalid value: "": "spec.port" must validate at least one schema (anyOf)',
		'spec.port: Invalid value: "boolean": spec.port in body must be of type integer: "boolean"',
		unchecked,
	],
	'too many items': [widget({tags: ['a', 'b', 'c', 'd']}), 'spec.tags: Too many: 4: must have at most 3 items', unchecked],
	'too many members': [widget({labels: {a: '1', b: '2', c: '3'}}), 'spec.labels: Too many: 3: must have at most 2 items', unchecked],
	'a value of a map of another type': [widget({labels: {a: 3}}), 'spec.labels.a: Invalid value: "integer": spec.labels.a in body must be of type string: "integer"', unchecked],
	'the same item twice in a set': [widget({tags: ['a', 'b', 'a']}), 'spec.tags[2]: Duplicate value: "a"'],
	'the same key twice in a list of type map': [widget({rules: [{name: 'a', weight: 1}, {name: 'a', weight: 2}]}), 'spec.rules[1]: Duplicate value: {"name":"a"}'],
	'a broken rule with a reason and a field': [widget({kind: 'Database'}), 'spec.owner: Required value: a Database needs an owner'],
	'a broken rule with a message expression': [widget({low: 7, high: 2}), 'spec: Invalid value: "object": low of a Cluster is above high'],
	'a broken rule on a field with a reserved name': [widget({namespace: 'kube-system'}), 'spec: Forbidden: not in kube-system'],
	'a broken rule on the name': [widget({}, 'much-too-long'), 'metadata.name: Invalid value: "object": choose a shorter name'],
};

for (const [what, [object, ...errors]] of Object.entries(refused)) {
	test(`${what} is refused in the words of the API server`, t => {
		t.deepEqual(errorsOf(object), errors);
	});
}

test('an object that uses everything is accepted', t => {
	t.deepEqual(errorsOf(widget({
		kind: 'Database', owner: 'me', path: 'abc', name: 'xy', count: 10, low: 1, high: 2, ratio: 0.5, enabled: false,
		at: '2025-01-04T12:30:00Z', note: null, port: 'http', labels: {a: 'b'}, tags: ['a', 'b'], rules: [{name: 'a', weight: 1}, {name: 'b', weight: 1}],
	})), []);
});

test('reasons are those of the causes in a Status', t => {
	t.deepEqual(prepared.validate(widget({kind: 'Foo', tags: ['a', 'a']})).map(({reason}) => reason), ['FieldValueNotSupported', 'FieldValueDuplicate', 'FieldValueInvalid']);
});

test('a rule on oldSelf holds on updates alone', t => {
	t.deepEqual(errorsOf(widget({path: 'b'})), []);
	t.deepEqual(errorsOf(widget({path: 'b'}), widget({})), []);
	t.deepEqual(errorsOf(widget({path: 'b'}), widget({path: 'a'})), ['spec.path: Invalid value: "string": path cannot be changed']);
});

test('a rule on an optional oldSelf holds on both', t => {
	t.deepEqual(errorsOf(widget({})), []);
	t.deepEqual(errorsOf(widget({kind: 'Database', owner: 'o'}), widget({})), ['spec: Invalid value: "object": kind is immutable']);
});

test('the items of a list of type map find their old value by key', t => {
	const old = widget({rules: [{name: 'a', weight: 3}, {name: 'b', weight: 1}]});
	t.deepEqual(errorsOf(widget({rules: [{name: 'b', weight: 2}, {name: 'a', weight: 3}]}), old), []);
	t.deepEqual(errorsOf(widget({rules: [{name: 'b', weight: 2}, {name: 'a', weight: 2}]}), old), ['spec.rules[1].weight: Invalid value: "integer": weight only grows']);
});

test('a value that an update leaves alone may break a rule that came later', t => {
	t.deepEqual(errorsOf(widget({count: 99, high: 1}), widget({count: 99})), []);
	t.deepEqual(errorsOf(widget({count: 98}), widget({count: 99})), ['spec.count: Invalid value: 98: spec.count in body should be less than or equal to 10']);
});

test('defaults are set in objects that are there, with the defaults of a default', t => {
	t.deepEqual(prepared.applyDefaults(widget({rules: [{name: 'a'}, {name: 'b', weight: 1}]}))['spec'], {
		kind: 'Cluster', enabled: true, rules: [{name: 'a', weight: 5}, {name: 'b', weight: 1}], options: {mode: 'Fast'},
	});
});

test('null counts as absent where the schema has no null', t => {
	t.deepEqual(prepared.applyDefaults(widget({enabled: null, owner: null, note: null}))['spec'], {
		kind: 'Cluster', note: null, enabled: true, options: {mode: 'Fast'},
	});
});

test('defaults do not share objects and leave the input alone', t => {
	const input = widget({});
	const copy = structuredClone(input);
	const first = prepared.applyDefaults(input) as {spec: {options: Record<string, unknown>}};
	const second = prepared.applyDefaults(input) as {spec: {options: Record<string, unknown>}};
	t.deepEqual(input, copy);
	t.not(first.spec.options, second.spec.options);
});

test('unknown fields are pruned and named', t => {
	const {object, unknown} = prepared.prune({
		...widget({
			typo: 1, rules: [{name: 'a', wait: 2}], labels: {any: 'thing'}, free: {any: {thing: 1}, known: {a: 'x', b: 'y'}},
		}),
		metadata: {name: 'w', labels: {a: 'b'}},
		extra: true,
		status: {what: ['ever']},
	});
	t.deepEqual(unknown, ['extra', 'spec.free.known.b', 'spec.rules[0].wait', 'spec.typo']);
	t.deepEqual(object, {
		...widget({rules: [{name: 'a'}], labels: {any: 'thing'}, free: {any: {thing: 1}, known: {a: 'x'}}}),
		metadata: {name: 'w', labels: {a: 'b'}},
		status: {what: ['ever']},
	});
});

test('an embedded resource keeps its apiVersion, kind and metadata', t => {
	const {prune} = prepareSchema({type: 'object', properties: {template: {type: 'object', 'x-kubernetes-embedded-resource': true, properties: {spec: {type: 'object'}}}}});
	const template = {
		apiVersion: 'v1', kind: 'Pod', metadata: {name: 'p'}, spec: {},
	};
	t.deepEqual(prune({template: {...template, other: 1}}), {object: {template}, unknown: ['template.other']});
});

test('int32 is no bound, as in Kubernetes', t => {
	const {validate} = prepareSchema({type: 'object', properties: {count: {type: 'integer', format: 'int32'}}});
	t.deepEqual(validate({count: 3e9}), []);
});
