import test from 'ava';
import {artifact, manifest} from '../../shared/catalogue/history.ts';
import {rebuiltManifests} from '#jobs/report/rebuilt-manifests.ts';
import {parseManifest} from '#shared/catalogue/manifest.ts';

const minute = 1 / 1440;
const closing = manifest(9, []);

test('artifacts of one run lie close together and are of different databases; the manifest that names none comes last', t => {
	const [first, second, third] = [artifact(1), artifact(1 + minute, {database: 'movies'}), artifact(1 + (2 * minute))];
	const later = artifact(2, {database: 'movies'});
	const manifests = rebuiltManifests(closing, [later, third, first, second]);
	t.deepEqual(manifests.map(({artifacts}) => artifacts.map(({name}) => name)), [[first.name, second.name], [third.name], [later.name], []]);
	t.deepEqual(manifests.map(({startedAt}) => startedAt), [first.time, third.time, later.time, closing.startedAt]);
	t.is(manifests.at(-1)?.runID, closing.runID);
	t.is(new Set(manifests.map(({runID}) => runID)).size, 4);
	for (const each of manifests) {
		t.is(parseManifest(each.runID, JSON.stringify(each)).trigger, 'rebuilt');
	}
});

test('done again after some manifests were written, the rest get others of their own', t => {
	const artifacts = [artifact(1), artifact(2), artifact(3)];
	const whole = rebuiltManifests(closing, artifacts).map(({runID}) => runID);
	t.deepEqual(rebuiltManifests(closing, artifacts.slice(1)).map(({runID}) => runID), whole.slice(1));
});
