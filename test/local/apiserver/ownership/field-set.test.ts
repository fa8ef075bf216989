import test from 'ava';
import fc from 'fast-check';
import {
	fieldsOf, fromTree, toText, toTree,
} from '#local/apiserver/ownership/field-set.ts';

const schema = {
	properties: {
		parts: {
			type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], items: {properties: {name: {type: 'string'}}},
		},
		members: {type: 'array', 'x-kubernetes-list-type': 'set'},
		whole: {type: 'object', 'x-kubernetes-map-type': 'atomic'},
	},
};

test('leaves, empty values, items and whole lists have owners, objects do not', t => {
	const fields = fieldsOf(schema, {
		a: {b: 1, c: {}}, plain: [1, 2], parts: [{name: 'x', count: 1}], members: ['m'], whole: {d: 1}, none: [],
	});
	t.deepEqual([...fields.keys()].map(path => toText(path)), [
		'.a.b', '.a.c', '.plain', '.parts[name="x"]', '.parts[name="x"].name', '.parts[name="x"].count', '.members[="m"]', '.whole', '.none',
	]);
	t.deepEqual(toTree(fields.keys()), {
		'f:a': {'f:b': {}, 'f:c': {}},
		'f:plain': {},
		'f:parts': {'k:{"name":"x"}': {'.': {}, 'f:name': {}, 'f:count': {}}},
		'f:members': {'v:"m"': {}},
		'f:whole': {},
		'f:none': {},
	});
});

const segment = fc.oneof(fc.string().map(name => `f:${name}`), fc.string().map(name => `k:${JSON.stringify({name})}`), fc.string().map(value => `v:${JSON.stringify(value)}`));

test('a set of paths survives its way through a tree', t => {
	t.notThrows(() => {
		fc.assert(fc.property(fc.array(fc.array(segment, {minLength: 1, maxLength: 4}), {maxLength: 8}), paths => {
			const set = new Set(paths.map(path => JSON.stringify(path)));
			const back = fromTree(toTree(set));
			return back.size === set.size && [...back].every(path => set.has(path));
		}));
	});
});
