import test from 'ava';
import {type ManifestArtifact} from '#shared/catalogue/manifest.ts';
import {attributeArtifacts} from '#jobs/report/attribute.ts';

const artifact = (time: string): ManifestArtifact => ({
	name: time, database: 'mydb', databaseID: 'id', timeline: '2025', size: 10, time: `2026-11-21T${time}:00Z`, full: true, compressed: true, lowestTx: 1, highestTx: 5, verification: 'notRequested',
});
const artifacts = ['01:00', '02:30', '03:30', '04:30'].map(time => artifact(time));
const unfinished = [{runID: 'second', startedAt: '2026-11-21T03:00:00Z'}, {runID: 'first', startedAt: '2026-11-21T02:00:00Z'}];
const namesByRun = (byRun: ReturnType<typeof attributeArtifacts>) => [...byRun].map(([runID, found]) => [runID, found.map(({name}) => name)]);

test('what the log calls finished is of this run; the rest is of the latest attempt that had begun, or of none when it is older than all', t => {
	const current = {runID: 'this', startedAt: '2026-11-21T05:00:00Z', finished: ['04:30']};
	t.deepEqual(namesByRun(attributeArtifacts(artifacts, current, unfinished)), [['this', ['04:30']], ['second', ['03:30']], ['first', ['02:30']]]);
});

test('where the log calls nothing finished, the times alone decide', t => {
	const current = {runID: 'this', startedAt: '2026-11-21T04:00:00Z', finished: []};
	t.deepEqual(namesByRun(attributeArtifacts(artifacts, current, unfinished)), [['this', ['04:30']], ['second', ['03:30']], ['first', ['02:30']]]);
});

test('an artifact of another run is never this one\'s, however soon this one began after it', t => {
	const current = {runID: 'this', startedAt: '2026-11-21T04:31:00Z', finished: ['05:00']};
	t.deepEqual(attributeArtifacts(artifacts, current, unfinished).get('this'), []);
});
