import {readFile} from 'node:fs/promises';
import test from 'ava';
import {checkEvents} from '#test/functions/collected-events.ts';
import {onInspect} from '#test/functions/on-inspect.ts';
import {
	backupManifest, bucket, startScenario, type Scenario,
} from '#test/functions/scenario.ts';
import {type RunManifest} from '#shared/catalogue/manifest.ts';
import {referenceOf} from '#shared/kube/object.ts';

const name = 'daily';

/** Deletes the newest Job. */
const deleteJob = async ({runtime, jobs}: Scenario): Promise<void> => {
	const all = await jobs();
	const [newest] = all.toSorted((one, other) => other.metadata.name.localeCompare(one.metadata.name));
	await runtime.kube.delete(referenceOf(newest!));
};

test('[X-156] artifacts of an attempt that died before its report are adopted by the next run, and nothing is deleted until then', async t => {
	const scenario = await startScenario(t, {databases: ['mydb'], graceMs: 1});
	const {apply, backup, edit, minutes, s3} = scenario;
	const artifacts = () => s3.objects(bucket, 'daily/').map(({key}) => key).filter(key => key.endsWith('.backup'));
	const again = async (token: string) => {
		await minutes(1);
		await edit(name, {metadata: {annotations: {'neo4j.com/run-now': token}}});
	};

	await apply(backupManifest(s3, {
		target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'}, options: {backupType: 'FULL'}, retention: {maxCount: 1},
	}, name));
	const stop = onInspect(scenario.runtime, async () => deleteJob(scenario));
	await again('dies');
	stop();
	const {status: lost} = await backup(name);
	t.like(lost?.history?.[0], {status: 'Failed', reason: 'JobLost'});
	t.is(artifacts().length, 2, 'it was uploaded');
	await minutes(3);
	t.is(artifacts().length, 2, 'and nothing goes while nobody has named it');

	await again('adopts');
	const [orphan] = artifacts().slice(1);
	const {status} = await backup(name);
	t.like(status?.history?.[0], {status: 'Succeeded', artifactCount: 1});
	t.is(status?.storage?.restorePoints, 3);
	const [manifest] = s3.objects(bucket, `daily/.neo4j-backup/runs/${lost!.history![0]!.runID}.json`);
	const adopted = JSON.parse(await readFile(manifest!.file, 'utf8')) as RunManifest;
	t.is(adopted.trigger, 'adopted');
	t.deepEqual(adopted.artifacts.map(artifact => `daily/${artifact.name}`), [orphan]);

	await minutes(4);
	t.is(artifacts().length, 1, 'then the policy counts it like any other');
	await checkEvents(t, scenario);
});
