import test from 'ava';
import {ConfigurationError} from '#shared/errors.ts';
import {parsePolicy, type RetentionSpec} from '#shared/retention/policy.ts';

const understood = test.macro((t, spec: RetentionSpec | undefined, expected: ReturnType<typeof parsePolicy>) => {
	t.deepEqual(parsePolicy(spec), expected);
});

const rest = {
	minCount: 1, pinned: [], deletePolicy: 'Delete', mode: 'Enforce', versions: 'Keep', timeZone: 'UTC',
} as const;

test('no retention is no policy', understood, undefined, undefined);
test('an empty retention is no policy', understood, {}, undefined);
test('what only protects is no policy', understood, {
	minCount: 5, pinned: ['a'], mode: 'Enforce', deletePolicy: 'Delete',
}, undefined);
test('keep with nothing to keep is no policy', understood, {keep: {daily: 0}}, undefined);
test('maxAge is read with its unit', understood, {maxAge: '4w'}, {...rest, maxAge: {text: '4w', milliseconds: 28 * 86_400_000}});
test('minutes are minutes', understood, {maxAge: '90m'}, {...rest, maxAge: {text: '90m', milliseconds: 5_400_000}});
test('maxCount and keep', understood, {maxCount: 12, keep: {daily: 7, yearly: 1}}, {...rest, maxCount: 12, keep: {daily: 7, yearly: 1}});

const refused = test.macro((t, spec: unknown, field: string) => {
	const error = t.throws(() => parsePolicy(spec as RetentionSpec), {instanceOf: ConfigurationError});
	t.is(error.message.slice(0, `spec.retention.${field}`.length), `spec.retention.${field}`);
});

test('maxAge without a unit is refused', refused, {maxAge: '4'}, 'maxAge');
test('a negative maxAge is refused', refused, {maxAge: '-1d'}, 'maxAge');
test('an empty maxAge is refused', refused, {maxAge: ''}, 'maxAge');
test('a maxAge of zero is refused', refused, {maxAge: '0d'}, 'maxAge');
test('maxCount 0 is refused', refused, {maxCount: 0}, 'maxCount');
test('half a maxCount is refused', refused, {maxCount: 1.5}, 'maxCount');
test('a negative minCount is refused', refused, {maxCount: 1, minCount: -1}, 'minCount');
test('a negative keep is refused', refused, {keep: {daily: -1}}, 'keep.daily');
test('an unknown deletePolicy is refused', refused, {maxCount: 1, deletePolicy: 'Shred'}, 'deletePolicy');
test('an unknown mode is refused', refused, {maxCount: 1, mode: 'Try'}, 'mode');
