import test, {type ExecutionContext} from 'ava';
import {
	compareVersions, isAtLeast, parseVersion, unsupportedOptions, versionLine,
} from '#shared/neo4j/versions.ts';

const reads = (t: ExecutionContext, text: string, version: readonly [number, number, number] | undefined) => {
	t.deepEqual(parseVersion(text), version && {major: version[0], minor: version[1], patch: version[2]});
};

test('a long-term support tag', reads, '5.26.3-enterprise', [5, 26, 3]);
test('a calendar tag', reads, '2025.04.0-enterprise', [2025, 4, 0]);
test('a tag of another base image', reads, '2025.10.1-enterprise-ubi9', [2025, 10, 1]);
test('a version without a patch', reads, '2025.04', [2025, 4, 0]);
test('a minor tag', reads, '5.26-enterprise', [5, 26, 0]);
test('a major tag says too little', reads, '5-enterprise', undefined);
test('latest says nothing', reads, 'latest', undefined);
test('enterprise says nothing', reads, 'enterprise', undefined);
test('a digest says nothing', reads, 'sha256:5d41402abc4b2a76b9719d911017c592', undefined);
test('nothing says nothing', reads, '', undefined);
test('four numbers are no version of Neo4j', reads, '1.2.3.4', undefined);

test('years and months are compared before patches', t => {
	const order = ['5.26.0', '5.26.12', '2025.01.0', '2025.04.1', '2025.09.0', '2025.10.0', '2025.12.5', '2026.01.0'];
	t.deepEqual(order.toReversed().toSorted((a, b) => compareVersions(parseVersion(a)!, parseVersion(b)!)), order);
});

const asked = {
	preferDiffAsParent: true, remoteAddressResolution: true, parallelDownload: true, skipRecovery: true,
};

const lacks = (t: ExecutionContext, version: string | undefined, options: readonly string[]) => {
	t.deepEqual(unsupportedOptions(asked, version).map(({option}) => option), options as never);
};

test('5.26 has none of the options that came later', lacks, '5.26.3', ['preferDiffAsParent', 'remoteAddressResolution', 'parallelDownload', 'skipRecovery']);
test('2025.03 neither', lacks, '2025.03.0-enterprise', ['preferDiffAsParent', 'remoteAddressResolution', 'parallelDownload', 'skipRecovery']);
test('2025.04 has preferDiffAsParent', lacks, '2025.04.0', ['remoteAddressResolution', 'parallelDownload', 'skipRecovery']);
test('2025.09 has remoteAddressResolution', lacks, '2025.09.0', ['parallelDownload', 'skipRecovery']);
test('2025.11 has all', lacks, '2025.11.0', []);
test('2026.01 has all, though its month is small', lacks, '2026.01.0', []);
test('an unknown version is taken to have none', lacks, undefined, ['preferDiffAsParent', 'remoteAddressResolution', 'parallelDownload', 'skipRecovery']);

test('an option that is absent or false is not asked for', t => {
	t.deepEqual(unsupportedOptions({}, '5.26.0'), []);
	t.deepEqual(unsupportedOptions({skipRecovery: false}, undefined), []);
	t.deepEqual(unsupportedOptions({preferDiffAsParent: true}, '2025.03.0'), [{option: 'preferDiffAsParent', requires: '2025.04'}]);
});

test('an unknown version is not at least anything', t => {
	t.false(isAtLeast(undefined, '5.26'));
	t.false(isAtLeast('latest', '5.26'));
	t.true(isAtLeast('5.26.0', '5.26'));
});

test('the line of a version is its major or its year', t => {
	t.deepEqual(['5.26.3', '2025.04.0', '2026.01.0', 'latest', undefined].map(version => versionLine(version)), ['5', '2025', '2026', undefined, undefined]);
});
