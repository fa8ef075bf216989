/**
A suite that never ends: it holds on to what suites hold on to, says so, and waits to be stopped. `stopped.test.ts` puts it among the suites of a checkout of its own.
*/
import {writeFile} from 'node:fs/promises';
import process from 'node:process';
import test from 'ava';
import {startChromium} from '../browser/chromium.ts';
import {pauseImage} from '../cluster/configuration.ts';
import {startVersitygw} from '../stores/versitygw.ts';
import {clusterUnderTest, isOwnCluster} from '../suite-environment.ts';
import {until} from '../until.ts';
import {type KubeObject} from '#shared/kube/object.ts';

const runPod = async (): Promise<void> => {
	const {kube} = await clusterUnderTest();
	const reference = {
		apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'endless',
	};
	await kube.create({
		...reference, metadata: {name: 'endless', namespace: 'default'}, spec: {containers: [{name: 'pause', image: pauseImage, imagePullPolicy: 'Never'}]},
	});
	await until(async () => {
		const pod = await kube.get<KubeObject & {status?: {phase?: string}}>(reference);
		return pod?.status?.phase === 'Running';
	}, 'the Pod');
};

test('a store, a browser and a Pod are there until somebody stops this', async t => {
	const [{url}] = await Promise.all([
		startVersitygw({buckets: [{name: 'endless', kind: 'plain'}]}),
		startChromium(),
		isOwnCluster() ? runPod() : undefined,
	]);
	await writeFile(process.env['ENDLESS_READY']!, url);
	await new Promise(resolve => {
		setTimeout(resolve, 2 ** 30);
	});
	t.fail('nobody stopped it');
});
