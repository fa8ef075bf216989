import {isDeepStrictEqual} from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import {type Fields, isFields} from '#local/apiserver/object.ts';
import {mergePatch} from '#local/apiserver/patch/merge.ts';

// The examples of RFC 7396, appendix A, whose target and patch are objects.
const examples: ReadonlyArray<readonly [unknown, Fields, unknown]> = [
	[{a: 'b'}, {a: 'c'}, {a: 'c'}],
	[{a: 'b'}, {b: 'c'}, {a: 'b', b: 'c'}],
	[{a: 'b'}, {a: null}, {}],
	[{a: 'b', b: 'c'}, {a: null}, {b: 'c'}],
	[{a: ['b']}, {a: 'c'}, {a: 'c'}],
	[{a: 'c'}, {a: ['b']}, {a: ['b']}],
	[{a: {b: 'c'}}, {a: {b: 'd', c: null}}, {a: {b: 'd'}}],
	[{a: [{b: 'c'}]}, {a: [1]}, {a: [1]}],
	[{e: null}, {a: 1}, {e: null, a: 1}],
	[[1, 2], {a: 'b', c: null}, {a: 'b'}],
	[{}, {a: {bb: {ccc: null}}}, {a: {bb: {}}}],
];

test('the examples of RFC 7396 come out as it says', t => {
	for (const [target, patch, expected] of examples) {
		t.deepEqual(mergePatch(target, patch), expected);
	}
});

const json = fc.letrec<{value: unknown; fields: Fields}>(tie => ({
	value: fc.oneof({depthSize: 'small'}, fc.integer(), fc.string(), fc.constant(null), fc.array(fc.integer(), {maxLength: 2}), tie('fields')),
	fields: fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor'), tie('value'), {maxKeys: 3, noNullPrototype: true}),
}));

test('a patch applied twice does no more than once, and leaves its target alone', t => {
	t.notThrows(() => {
		fc.assert(fc.property(json.fields, json.fields, (target, patch) => {
			const before = structuredClone(target);
			const once = mergePatch(target, patch);
			return isDeepStrictEqual(mergePatch(once, patch), once) && isDeepStrictEqual(target, before);
		}));
	});
});

const withoutNulls = (value: unknown): unknown => isFields(value)
	? Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null).map(([name, member]) => [name, withoutNulls(member)]))
	: value;

test('a patch of nothing is what it says, without its nulls', t => {
	t.notThrows(() => {
		fc.assert(fc.property(json.fields, patch => isDeepStrictEqual(mergePatch({}, patch), withoutNulls(patch))));
	});
});
