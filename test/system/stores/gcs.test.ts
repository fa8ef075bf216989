import test from 'ava';
import {containerOf, variablesOf} from '#test/functions/launch-backup/desk.ts';
import {gcsFlow} from '#test/functions/stores/clients.ts';
import {assertCommandLine, runFlow, type FlowStore} from '#test/functions/stores/flow.ts';
import {startGcs} from '#local/stores/gcs.ts';
import {openStore} from '#shared/stores/open.ts';

const bucket = 'neo4j-analytics-backups';

test('[B-015] [B-072] full and differential backups of one database fill one directory of a GCS bucket with the key file of the Secret', async t => {
	const gcs = await startGcs({buckets: [bucket]});
	t.teardown(gcs.stop);
	const root = await openStore({
		type: 'gcs', bucket, path: '', endpointURL: gcs.endpoint,
	}, {GOOGLE_APPLICATION_CREDENTIALS_JSON: gcs.serviceAccount});
	const store: FlowStore = {
		...gcsFlow({endpoint: gcs.endpoint, bucket, serviceAccount: gcs.serviceAccount}),
		keys: async () => gcs.objects(bucket).map(({key}) => key),
		async put(key) {
			await root.create(key, 'x');
		},
	};
	const flow = await runFlow(t, store, 2);
	assertCommandLine(t, flow, store);
	const {GOOGLE_APPLICATION_CREDENTIALS: file} = variablesOf(flow.firstJob, 'backup');
	const {spec} = flow.firstJob.spec.template;
	const mount = containerOf(flow.firstJob, 'backup').volumeMounts.find(({mountPath}) => file === `${mountPath}/gcp.json`);
	t.like(spec.volumes.find(({name}) => name === mount?.name), {secret: {secretName: 'gcs-backup-credentials', items: [{key: 'GOOGLE_APPLICATION_CREDENTIALS_JSON', path: 'gcp.json'}]}});
});
