import test from 'ava';
import {KubeConfig} from '@kubernetes/client-node';
import {scan} from '../../../functions/schedule-tick/scan.ts';
import {hourlyBackup} from './backup.ts';
import {readManifests} from '#local/manifests.ts';
import {createKubeClient} from '#shared/kube/client.ts';
import {silentLog} from '#shared/log.ts';
import {startCluster} from '#test/local/cluster.ts';

const now = new Date('2026-03-10T12:00:10Z');
const openRuns = 7;

const run = (index: number, status: 'Running' | 'Succeeded') => ({
	runID: `r${index}`, jobName: `j${index}`, jobUID: `u${index}`, startTime: '2026-03-10T11:00:00Z', status, ...(status === 'Succeeded' && {completionTime: '2026-03-10T11:05:00Z'}),
}) as const;

test('[X-132] a scan asks for pages of 500 Neo4jBackups and for one Job for each open run, and for nothing that grows with history', async t => {
	t.timeout(5 * 60_000);
	const requests: string[] = [];
	const {apiServer, kubeconfig, client} = await startCluster(t, {
		now: () => now, onRequest({method, path}) {
			requests.push(`${method} ${path}`);
		},
	});
	for (const definition of await readManifests('crds/neo4jbackups.yaml')) {
		await client.create(definition);
	}

	const config = new KubeConfig();
	config.loadFromString(kubeconfig);
	const kube = createKubeClient(config);
	let stored = 0;
	const store = (until: number, history: number) => {
		for (; stored < until; stored++) {
			const runs = Array.from({length: history}, (_, index) => run(index, 'Succeeded'));
			const name = `b${stored}`;
			apiServer.storage.put('neo4j.neo4j.com/neo4jbackups', hourlyBackup({
				metadata: {name, namespace: 'test', uid: name}, status: {lastScheduleTime: '2026-03-10T12:00:00Z', history: stored < openRuns ? [run(stored, 'Running'), ...runs] : runs},
			}));
		}
	};

	const cost = async () => {
		requests.length = 0;
		await scan({kube, log: silentLog()});
		return {
			pages: requests.filter(request => /^GET .*\/neo4jbackups\b/v.test(request)).length, jobs: requests.filter(request => /^GET .*\/jobs\/j\d$/v.test(request)).length, all: requests.length,
		};
	};

	store(1000, 0);
	t.deepEqual(await cost(), {pages: 2, jobs: openRuns, all: 2 + openRuns});
	store(10_000, 10);
	t.deepEqual(await cost(), {pages: 20, jobs: openRuns, all: 20 + openRuns});
});
