import test from 'ava';
import {type ManifestArtifact} from '#shared/catalogue/manifest.ts';
import {attributeArtifacts} from '#jobs/report/attribute.ts';

const artifact = (time: string): ManifestArtifact => ({
	name: `mydb-${time}`, database: 'mydb', databaseID: 'id', timeline: '2025', size: 10, time: `2026-11-21T${time}:00Z`, full: true, compressed: true, lowestTx: 1, highestTx: 5, verification: 'notRequested',
});

test('an artifact is of the latest attempt that had begun when it was written, and of none when it is older than all', t => {
	const attempts = [{runID: 'second', startedAt: '2026-11-21T03:00:00Z'}, {runID: 'first', startedAt: '2026-11-21T02:00:00Z'}];
	const byRun = attributeArtifacts(['01:00', '02:30', '03:30'].map(time => artifact(time)), attempts);
	t.deepEqual([...byRun].map(([runID, artifacts]) => [runID, artifacts.map(({name}) => name)]), [['second', ['mydb-03:30']], ['first', ['mydb-02:30']]]);
});
