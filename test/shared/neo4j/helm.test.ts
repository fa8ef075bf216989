import test, {type ExecutionContext} from 'ava';
import {installChart, type ChartValues} from './helm-chart.ts';
import {startCluster} from '#test/local/cluster.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {
	resolveTarget, type NotReady, type ResolvedTarget, type TargetQuestion,
} from '#shared/neo4j/target.ts';

const start = async (t: ExecutionContext) => {
	let seconds = 0;
	// Each look at the clock is a second later, so that what was installed first is the oldest.
	const cluster = await startCluster(t, {now: () => new Date(Date.UTC(2026, 10, 20, 2, 0, seconds++))});
	const install = async (values: Partial<ChartValues> = {}, readyReplicas = 1) => installChart(cluster.client, {
		name: 'graph', release: 'alone', namespace: 'test', ...values,
	}, readyReplicas);
	const installCluster = async (values: Partial<ChartValues> = {}) => {
		for (const release of ['server-1', 'server-2', 'server-3']) {
			await install({release, minimumClusterSize: 3, ...values});
		}
	};

	const resolve = async (question: Partial<TargetQuestion['target']> = {}, namespace = 'test') =>
		resolveTarget(cluster.client, {target: {kind: 'Cluster', name: 'graph', ...question}, namespace});

	return {
		...cluster, install, installCluster, resolve,
	};
};

const resolved = (t: ExecutionContext, answer: ResolvedTarget | NotReady): ResolvedTarget => {
	t.true('servers' in answer, JSON.stringify(answer));
	return answer as ResolvedTarget;
};

const waits = (t: ExecutionContext, answer: ResolvedTarget | NotReady, reason: string, message: RegExp) => {
	t.false('servers' in answer, JSON.stringify(answer));
	t.is((answer as NotReady).reason, reason);
	t.regex((answer as NotReady).message, message);
};

test('a release of one server: what the chart knows of it', async t => {
	const {install, resolve} = await start(t);
	const {metadata: {uid}} = await install();
	t.deepEqual(await resolve(), {
		kind: 'HelmRelease',
		apiVersion: 'apps/v1',
		namespace: 'test',
		name: 'graph',
		uid: uid!,
		image: 'neo4j:5.26.3-enterprise',
		imagePullPolicy: 'IfNotPresent',
		imagePullSecrets: [],
		servers: ['alone-admin.test.svc.cluster.local:6362'],
		adminSecret: 'graph-auth',
		boltURI: 'bolt://alone.test.svc.cluster.local:7687',
		listenAddress: 'set',
		version: '5.26.3',
		licence: {name: 'NEO4J_ACCEPT_LICENSE_AGREEMENT', value: 'yes'},
	});
});

test('a cluster is one release for each server: found by the name that they share, or by any of the releases, and never in part', async t => {
	const {installCluster, install, resolve} = await start(t);
	await installCluster();
	await install({name: 'other', release: 'elsewhere'});
	const servers = ['server-1', 'server-2', 'server-3'].map(release => `${release}-admin.test.svc.cluster.local:6362`);
	t.deepEqual(resolved(t, await resolve()).servers, servers);
	const byRelease = resolved(t, await resolve({kind: 'Database', name: 'mydb', clusterRef: 'server-2'}));
	t.deepEqual([byRelease.name, byRelease.servers], ['graph', servers]);
	waits(t, await resolve({name: 'mydb'}), 'TargetNotFound', /neither a Neo4jEnterpriseCluster nor a Neo4jEnterpriseStandalone mydb in namespace test, and no Neo4j of that name from the Helm chart/v);
});

test('a server that joins changes nothing but the list of servers', async t => {
	const {installCluster, install, resolve} = await start(t);
	await installCluster();
	const before = resolved(t, await resolve());
	await install({release: 'server-0', minimumClusterSize: 3});
	const after = resolved(t, await resolve());
	t.is(after.uid, before.uid);
	t.is(after.servers.length, 4);
});

test('image, pull secrets, nodes and the domain of the cluster are those of the release', async t => {
	const {install, resolve} = await start(t);
	await install({
		image: 'registry.example.com/neo4j:2025.12.0-enterprise', imagePullSecrets: ['registry'], nodeSelector: {disk: 'fast'}, tolerations: [{key: 'neo4j', operator: 'Exists'}], clusterDomain: 'k8s.example.com',
	});
	t.like(resolved(t, await resolve()), {
		image: 'registry.example.com/neo4j:2025.12.0-enterprise', version: '2025.12.0', imagePullSecrets: ['registry'], nodeSelector: {disk: 'fast'}, tolerations: [{key: 'neo4j', operator: 'Exists'}], servers: ['alone-admin.test.svc.k8s.example.com:6362'],
	});
});

test('the Service for administration may be switched off in a cluster, but a single server then has no backup port', async t => {
	const {installCluster, install, resolve} = await start(t);
	await installCluster({adminService: false});
	t.is(resolved(t, await resolve()).servers[0], 'server-1-internals.test.svc.cluster.local:6362');
	await install({name: 'closed', release: 'closed', adminService: false});
	waits(t, await resolve({name: 'closed'}), 'BackupServiceMissing', /closed of the Helm chart in namespace test has no Service with the backup port 6362; set services\.admin\.enabled: true/v);
});

test('one server that is Ready is enough, and Bolt goes there; with none the backup waits', async t => {
	const {install, resolve} = await start(t);
	await install({release: 'server-1', minimumClusterSize: 3}, 0);
	waits(t, await resolve(), 'TargetNotReady', /no server of the Neo4j graph .* is Ready \(server-1\)/v);
	await install({release: 'server-2', minimumClusterSize: 3});
	const answer = resolved(t, await resolve());
	t.is(answer.boltURI, 'bolt://server-2.test.svc.cluster.local:7687');
	t.deepEqual(answer.servers, ['server-1-admin.test.svc.cluster.local:6362', 'server-2-admin.test.svc.cluster.local:6362']);
});

for (const [what, config, reason, message] of [
	['a backup address on loopback', {'server.backup.listen_address': '127.0.0.1:6362'}, 'BackupAddressIsLoopback', /loopback only; set server\.backup\.listen_address: "0\.0\.0\.0:6362" under `config` in the values .* helm upgrade/v],
	['a backup server that is switched off', {'server.backup.enabled': 'false'}, 'BackupServerDisabled', /remove it from `config` in the values .* helm upgrade/v],
] as const) {
	test(`${what} is for the owner of the release to change`, async t => {
		const {install, resolve} = await start(t);
		await install({config});
		waits(t, await resolve(), reason, message);
	});
}

test('settings of the user go before the chart\'s own', async t => {
	const {install, resolve} = await start(t);
	await install({config: {'server.backup.listen_address': '10.0.0.7:6362'}});
	t.is(resolved(t, await resolve()).listenAddress, 'set');
});

test('another backup port has no Service of the chart, and the message says which one has', async t => {
	const {install, resolve} = await start(t);
	await install({config: {'server.backup.listen_address': '0.0.0.0:6363'}});
	waits(t, await resolve(), 'BackupServiceMissing', /no Service with the backup port 6363; the chart's own lead to 6362: set server\.backup\.listen_address/v);
});

test('a Service that leads to another backup port is asked at its own', async t => {
	const {install, resolve, client} = await start(t);
	await install({config: {'server.backup.listen_address': '0.0.0.0:6363'}});
	await client.patch({
		apiVersion: 'v1', kind: 'Service', namespace: 'test', name: 'alone-admin',
	}, {
		spec: {
			ports: [{
				name: 'backup', protocol: 'TCP', port: 6000, targetPort: 6363,
			}],
		},
	});
	t.deepEqual(resolved(t, await resolve()).servers, ['alone-admin.test.svc.cluster.local:6000']);
});

test('Community is refused by its edition, also in an image whose name says nothing', async t => {
	const {install, resolve} = await start(t);
	await install({edition: 'community', image: 'registry.example.com/graph:5.26.3', config: {'server.backup.listen_address': '0.0.0.0:6362'}});
	await t.throwsAsync(resolve(), {instanceOf: ConfigurationError, message: /Neo4j graph of the Helm chart is Neo4j Community/v});
});

test('the TLS policy of the backup port comes with the certificates of the chart, and Bolt is checked against its own', async t => {
	const {install, resolve} = await start(t);
	await install({ssl: {backup: {secretName: 'backup-tls', trusted: 'backup-ca'}, bolt: {secretName: 'bolt-tls', trusted: 'bolt-ca'}}});
	const answer = resolved(t, await resolve());
	t.deepEqual(answer.backupTLS, {
		settings: {'dbms.ssl.policy.backup.enabled': 'true'},
		volumes: [
			{name: 'backup-tls-0', projected: {defaultMode: 0o440, sources: [['tls.crt', 'public.crt'], ['tls.key', 'private.key']].map(([key, path]) => ({secret: {name: 'backup-tls', items: [{key: key!, path: path!}]}}))}},
			{name: 'backup-tls-1', projected: {defaultMode: 0o440, sources: [{secret: {name: 'backup-ca'}}]}},
		],
		mounts: [
			{name: 'backup-tls-0', mountPath: '/var/lib/neo4j/certificates/backup', readOnly: true},
			{name: 'backup-tls-1', mountPath: '/var/lib/neo4j/certificates/backup/trusted', readOnly: true},
		],
		secretNames: ['backup-tls', 'backup-ca'],
	});
	t.deepEqual(answer.tls, {trustSecrets: ['bolt-ca', 'bolt-tls'], keys: ['ca.crt', 'tls.crt']});
});

test('from another namespace every server must consent, and the Secrets must be there too', async t => {
	const {installCluster, resolve, client} = await start(t);
	await client.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'backups'}});
	await installCluster({imagePullSecrets: ['registry']});
	const consent = async (name: string) => client.patch({
		apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'test', name,
	}, {metadata: {annotations: {'neo4j.com/backup-from': 'backups'}}});
	await consent('server-1');
	await consent('server-2');
	waits(t, await resolve({namespace: 'test'}, 'backups'), 'TargetConsentMissing', /kubectl annotate statefulset -l helm\.neo4j\.com\/neo4j\.name=graph -n test neo4j\.com\/backup-from=backups --overwrite/v);
	await consent('server-3');
	waits(t, await resolve({namespace: 'test'}, 'backups'), 'SecretNotFound', /the Secret registry in namespace backups/v);
	await client.create({apiVersion: 'v1', kind: 'Secret', metadata: {name: 'registry', namespace: 'backups'}});
	t.is(resolved(t, await resolve({namespace: 'test'}, 'backups')).servers.length, 3);
});

test('a release under restore is not backed up meanwhile', async t => {
	const {install, resolve} = await start(t);
	await install({annotations: {'neo4j.com/restore-in-progress': 'yesterday'}});
	waits(t, await resolve(), 'RestoreInProgress', /being restored by yesterday/v);
});

test('what the operator runs goes before a release of that name', async t => {
	const {install, resolve, client, apply} = await start(t);
	await client.create({
		apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: {name: 'neo4jenterprisestandalones.neo4j.neo4j.com'}, spec: {
			group: 'neo4j.neo4j.com', scope: 'Namespaced', names: {
				kind: 'Neo4jEnterpriseStandalone', plural: 'neo4jenterprisestandalones', singular: 'neo4jenterprisestandalone', listKind: 'Neo4jEnterpriseStandaloneList',
			}, versions: [{
				name: 'v1beta1', served: true, storage: true, subresources: {status: {}}, schema: {openAPIV3Schema: {type: 'object', 'x-kubernetes-preserve-unknown-fields': true}},
			}],
		},
	} as never);
	await install();
	await apply({
		apiVersion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jEnterpriseStandalone', metadata: {name: 'graph'}, spec: {image: {repo: 'neo4j', tag: '5.26.3-enterprise'}},
	});
	waits(t, await resolve(), 'TargetNotReady', /Neo4jEnterpriseStandalone graph/v);
});
