import test from 'ava';
import {type NooBaa} from '#shared/noobaa/objects.ts';
import {whoManages} from '#shared/noobaa/who-manages.ts';

const nooBaa = (image: string | undefined, said?: string): NooBaa => ({
	apiVersion: 'noobaa.io/v1alpha1', kind: 'NooBaa', metadata: {name: 'noobaa', annotations: said === undefined ? {} : {'neo4j.com/manage-backups': said}}, spec: {}, ...(image !== undefined && {status: {actualImage: image}}),
});

const decides = test.macro((t, given: {image?: string; said?: string; hasSchedule?: boolean}, isOurs: boolean, reason: RegExp) => {
	const decided = whoManages(nooBaa(given.image, given.said), given.hasSchedule ?? false);
	t.is(decided.isOurs, isOurs);
	t.regex(decided.reason, reason);
});

test('an operator that makes no backups leaves them to these functions', decides, {image: 'noobaa/noobaa-core:5.20.3'}, true, /5\.20 makes no backups/v);
test('one of an older line, too', decides, {image: 'registry.example.com:5000/noobaa/noobaa-core:v4.22.0-20260101'}, true, /4\.22 makes no backups/v);
test('an operator that makes them itself is left alone', decides, {image: 'noobaa/noobaa-core:5.21.0'}, false, /5\.21 makes backups itself/v);
test('a newer one is left alone', decides, {image: 'noobaa/noobaa-core:6.0'}, false, /6\.0 makes backups itself/v);
test('one whose image is a digest is left alone', decides, {image: 'noobaa/noobaa-core@sha256:5.20abc'}, false, /cannot be told from its image/v);
test('the port of a registry is no version', decides, {image: 'registry.example.com:5.20/noobaa-core'}, false, /cannot be told/v);
test('one whose image nobody knows yet is left alone', decides, {}, false, /none is known yet/v);
test('one that keeps a ScheduledBackup of its own is left alone, whatever its image', decides, {image: 'noobaa/noobaa-core:5.20.3', hasSchedule: true}, false, /own ScheduledBackup/v);
test('the annotation true goes before all of it', decides, {image: 'noobaa/noobaa-core:5.23.0', said: 'true', hasSchedule: true}, true, /is "true"/v);
test('the annotation false goes before all of it', decides, {image: 'noobaa/noobaa-core:5.20.3', said: 'false'}, false, /is "false"/v);
test('another word in the annotation decides nothing', decides, {image: 'noobaa/noobaa-core:5.20.3', said: 'yes'}, true, /5\.20/v);
