import test from 'ava';
import {expand} from '#local/node/expand.ts';
import {rewritePaths} from '#local/node/mount-paths.ts';

const mounts = [{mountPath: '/backups', folder: '/state/b'}, {mountPath: '/backups/deep', folder: '/state/d'}, {mountPath: '/state', folder: '/elsewhere'}];

for (const [text, expected] of [
	['/backups', '/state/b'],
	['/backups/', '/state/b/'],
	['--to-path=/backups/daily', '--to-path=/state/b/daily'],
	['/backups/deep/file', '/state/d/file'],
	['a:/backups,b:/backups/deep', 'a:/state/b,b:/state/d'],
	['cat "/backups/x" > /backups/y', 'cat "/state/b/x" > /state/b/y'],
	['file:///backups/x', 'file:///state/b/x'],
	['/backups-old', '/backups-old'],
	['/backups.old', '/backups.old'],
	['/my/backups', '/my/backups'],
	['s3://bucket/backups', 's3://bucket/backups'],
	['backups', 'backups'],
] as const) {
	test(`with a mount at /backups, ${text} becomes ${expected}`, t => {
		t.is(rewritePaths(text, mounts), expected);
	});
}

test('without mounts nothing changes', t => {
	t.is(rewritePaths('/backups', []), '/backups');
});

for (const [text, expected] of [
	['$(A)', 'x'], ['--a=$(A)/$(B)', '--a=x/y'], ['$(C)', '$(C)'], ['$$(A)', '$(A)'], ['$A', '$A'], ['$$', '$'], ['$()', '$()'],
] as const) {
	test(`${text} expands to ${expected}`, t => {
		t.is(expand(text, {A: 'x', B: 'y'}), expected);
	});
}
