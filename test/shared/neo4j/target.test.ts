import {readFile} from 'node:fs/promises';
import test, {type ExecutionContext} from 'ava';
import {parseAllDocuments} from 'yaml';
import {startCluster} from '#test/local/cluster.ts';
import {listenAddressPatch} from '#shared/neo4j/listen-address.ts';
import {boltTrust} from '#shared/neo4j/bolt-trust.ts';
import {
	resolveTarget, type NotReady, type ResolvedTarget, type TargetQuestion,
} from '#shared/neo4j/target.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {type KubeObject} from '#shared/kube/object.ts';

type Json = Readonly<Record<string, unknown>>;

const start = async (t: ExecutionContext, version = 'v1beta1') => {
	const cluster = await startCluster(t);
	const text = await readFile(new URL('../../../local/neo4j/crds.yaml', import.meta.url), 'utf8');
	for (const document of parseAllDocuments(text.replaceAll('v1beta1', version))) {
		await cluster.client.create(document.toJS() as KubeObject);
	}

	const target = async (kind: string, name: string, {spec = {}, status = {phase: 'Ready'}, metadata = {}}: {spec?: Json; status?: Json; metadata?: Json} = {}) => {
		const object = await cluster.apply({
			apiVersion: `neo4j.neo4j.com/${version}`, kind, metadata: {name, ...metadata}, spec: {image: {repo: 'neo4j', tag: '5.26.3-enterprise'}, ...kind === 'Neo4jEnterpriseCluster' && {topology: {servers: 3}}, ...spec},
		});
		return cluster.client.replaceStatus({...object, status} as KubeObject);
	};

	const statefulSet = async (name: string, replicas: number, pod: Json = {}) => cluster.apply({
		apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: {name}, spec: {
			replicas, serviceName: name, selector: {matchLabels: {app: name}}, template: {metadata: {labels: {app: name}}, spec: {containers: [{name: 'neo4j', image: 'neo4j:5.26.3-enterprise'}], ...pod}},
		},
	});

	const configMap = async (name: string, text: string) => cluster.apply({
		apiVersion: 'v1', kind: 'ConfigMap', metadata: {name}, data: {'neo4j.conf': text},
	});

	const resolve = async (question: Partial<TargetQuestion['target']> = {}, namespace = 'test') =>
		resolveTarget(cluster.client, {target: {kind: 'Cluster', name: 'c', ...question}, namespace});

	return {
		...cluster, target, statefulSet, configMap, resolve,
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

test('a cluster: image, servers in their order, Secret and Bolt by the names of its operator', async t => {
	const {target, resolve} = await start(t);
	const {metadata: {uid}} = await target('Neo4jEnterpriseCluster', 'c');
	t.deepEqual(await resolve(), {
		kind: 'Neo4jEnterpriseCluster',
		apiVersion: 'neo4j.neo4j.com/v1beta1',
		namespace: 'test',
		name: 'c',
		uid,
		image: 'neo4j:5.26.3-enterprise',
		imagePullSecrets: [],
		servers: [0, 1, 2].map(ordinal => `c-server-${ordinal}.c-headless.test.svc.cluster.local:6362`),
		adminSecret: 'neo4j-admin-secret',
		boltURI: 'bolt://c-client.test.svc.cluster.local:7687',
		listenAddress: 'missing',
		version: '5.26.3',
	});
});

test('a standalone, when there is no cluster of that name', async t => {
	const {target, resolve} = await start(t);
	await target('Neo4jEnterpriseStandalone', 'c', {spec: {auth: {adminSecret: 'mine'}}});
	const answer = resolved(t, await resolve());
	t.is(answer.kind, 'Neo4jEnterpriseStandalone');
	t.deepEqual(answer.servers, ['c-0.c-headless.test.svc.cluster.local:6362']);
	t.is(answer.adminSecret, 'mine');
});

test('a cluster goes before a standalone of the same name', async t => {
	const {target, resolve} = await start(t);
	await target('Neo4jEnterpriseStandalone', 'c');
	await target('Neo4jEnterpriseCluster', 'c');
	t.is(resolved(t, await resolve()).kind, 'Neo4jEnterpriseCluster');
});

for (const version of ['v1alpha1', 'v1beta1']) {
	test(`[X-027] targets are read in ${version} where that is what the cluster serves`, async t => {
		const {target, resolve, client} = await start(t, version);
		await target('Neo4jEnterpriseCluster', 'c');
		await target('Neo4jEnterpriseStandalone', 's', {status: {phase: 'Forming'}});
		const answer = resolved(t, await resolve());
		t.like(answer, {apiVersion: `neo4j.neo4j.com/${version}`, kind: 'Neo4jEnterpriseCluster', version: '5.26.3'});
		t.is(answer.servers.length, 3);
		waits(t, await resolve({name: 's'}), 'TargetNotReady', /Neo4jEnterpriseStandalone s .* is Forming/v);
		await client.patch({
			apiVersion: answer.apiVersion, kind: answer.kind, namespace: 'test', name: 'c',
		}, listenAddressPatch);
		t.is(resolved(t, await resolve()).listenAddress, 'set');
	});
}

test('of a database the cluster is clusterRef, never the name', async t => {
	const {target, resolve} = await start(t);
	await target('Neo4jEnterpriseCluster', 'mydb');
	await target('Neo4jEnterpriseCluster', 'c');
	t.is(resolved(t, await resolve({kind: 'Database', name: 'mydb', clusterRef: 'c'})).name, 'c');
	await t.throwsAsync(resolve({kind: 'Database', name: 'mydb'}), {instanceOf: ConfigurationError, message: /^spec\.target\.clusterRef: /v});
});

test('for a whole cluster clusterRef is ignored', async t => {
	const {target, resolve} = await start(t);
	await target('Neo4jEnterpriseCluster', 'c');
	t.is(resolved(t, await resolve({clusterRef: 'elsewhere'})).name, 'c');
});

test('the servers are as many as the user wants, and no more than there are', async t => {
	const {target, statefulSet, resolve, client} = await start(t);
	await target('Neo4jEnterpriseCluster', 'c', {spec: {topology: {servers: 5}}});
	await statefulSet('c-server', 3);
	t.is(resolved(t, await resolve()).servers.length, 3);
	await client.patch({
		apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'test', name: 'c-server',
	}, {spec: {replicas: 5}});
	t.is(resolved(t, await resolve()).servers.length, 5);
	await client.patch({
		apiVersion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jEnterpriseCluster', namespace: 'test', name: 'c',
	}, {spec: {topology: {servers: 2}}});
	t.is(resolved(t, await resolve()).servers.length, 2);
});

test('after an upgrade of the target the image is the new one', async t => {
	const {target, resolve, client} = await start(t);
	await target('Neo4jEnterpriseCluster', 'c');
	await client.patch({
		apiVersion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jEnterpriseCluster', namespace: 'test', name: 'c',
	}, {spec: {image: {tag: '2025.10.1-enterprise-ubi9', pullPolicy: 'Always', pullSecrets: ['registry']}}});
	t.like(resolved(t, await resolve()), {
		image: 'neo4j:2025.10.1-enterprise-ubi9', version: '2025.10.1', imagePullPolicy: 'Always', imagePullSecrets: ['registry'],
	});
});

test('where the tag says nothing the version is what the target reports', async t => {
	const {target, resolve} = await start(t);
	await target('Neo4jEnterpriseCluster', 'c', {spec: {image: {repo: 'registry.example/neo4j', tag: 'latest'}}, status: {phase: 'Ready', version: '2025.04.0'}});
	t.is(resolved(t, await resolve()).version, '2025.04.0');
	await target('Neo4jEnterpriseCluster', 'd', {spec: {image: {repo: 'registry.example/neo4j', tag: 'latest'}}});
	t.is(resolved(t, await resolve({name: 'd'})).version, undefined);
});

test('Community, and a version that is too old, are refused by name', async t => {
	const {target, resolve} = await start(t);
	await target('Neo4jEnterpriseCluster', 'c', {spec: {image: {repo: 'neo4j', tag: '5.26.3-community'}}});
	await t.throwsAsync(resolve(), {instanceOf: ConfigurationError, message: /Community/v});
	await target('Neo4jEnterpriseCluster', 'd', {spec: {image: {repo: 'neo4j', tag: '5.20.0-enterprise'}}});
	await t.throwsAsync(resolve({name: 'd'}), {instanceOf: ConfigurationError, message: /runs Neo4j 5\.20\.0; backups need 5\.26/v});
});

test('a target that is not there: the message names both kinds', async t => {
	const {resolve} = await start(t);
	waits(t, await resolve(), 'TargetNotFound', /neither a Neo4jEnterpriseCluster nor a Neo4jEnterpriseStandalone c in namespace test/v);
});

test('a target that is not Ready, or has nothing to say yet', async t => {
	const {target, resolve} = await start(t);
	await target('Neo4jEnterpriseCluster', 'c', {status: {phase: 'Forming', message: 'two of three servers'}});
	waits(t, await resolve(), 'TargetNotReady', /is Forming \(two of three servers\)/v);
	await target('Neo4jEnterpriseCluster', 'd', {status: {}});
	waits(t, await resolve({name: 'd'}), 'TargetNotReady', /is not reported on/v);
});

test('a target without servers, scaled down for whatever reason', async t => {
	const {target, statefulSet, resolve} = await start(t);
	await target('Neo4jEnterpriseStandalone', 'c');
	await statefulSet('c', 0);
	waits(t, await resolve(), 'TargetNotReady', /has no servers/v);
});

test('a target under restore', async t => {
	const {target, resolve} = await start(t);
	await target('Neo4jEnterpriseCluster', 'c', {metadata: {annotations: {'neo4j.com/restore-in-progress': 'restore-1'}}});
	waits(t, await resolve(), 'RestoreInProgress', /is being restored by restore-1/v);
});

test('a target in another namespace is read with its consent only', async t => {
	const {target, resolve, client} = await start(t);
	await client.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'backups'}});
	await target('Neo4jEnterpriseCluster', 'c');
	waits(t, await resolve({namespace: 'test'}, 'backups'), 'TargetConsentMissing', /kubectl annotate neo4jenterprisecluster c -n test neo4j\.com\/backup-from=backups/v);
	await client.patch({
		apiVersion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jEnterpriseCluster', namespace: 'test', name: 'c',
	}, {metadata: {annotations: {'neo4j.com/backup-from': 'audit, backups'}}});
	t.true(resolved(t, await resolve({namespace: 'test'}, 'backups')).servers[0]!.includes('.c-headless.test.svc'));
	waits(t, await resolve({namespace: 'test'}, 'default'), 'TargetConsentMissing', /audit,backups,default/v);
});

test('from another namespace the pull Secrets must be there too', async t => {
	const {target, resolve, client} = await start(t);
	await client.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'backups'}});
	await target('Neo4jEnterpriseCluster', 'c', {
		spec: {image: {repo: 'neo4j', tag: '5.26.3-enterprise', pullSecrets: ['registry']}}, metadata: {annotations: {'neo4j.com/backup-from': 'backups'}},
	});
	waits(t, await resolve({namespace: 'test'}, 'backups'), 'SecretNotFound', /the Secret registry in namespace backups/v);
	await client.create({apiVersion: 'v1', kind: 'Secret', metadata: {name: 'registry', namespace: 'backups'}});
	t.deepEqual(resolved(t, await resolve({namespace: 'test'}, 'backups')).imagePullSecrets, ['registry']);
});

test('licence, node selector and tolerations are those of the servers', async t => {
	const {target, statefulSet, resolve} = await start(t);
	await target('Neo4jEnterpriseCluster', 'c', {spec: {topology: {servers: 2}, env: [{name: 'NEO4J_ACCEPT_LICENSE_AGREEMENT', value: 'yes'}], nodeSelector: {disk: 'slow'}}});
	t.like(resolved(t, await resolve()), {licence: {name: 'NEO4J_ACCEPT_LICENSE_AGREEMENT', value: 'yes'}, nodeSelector: {disk: 'slow'}});
	await statefulSet('c-server', 2, {
		containers: [{name: 'neo4j', image: 'x', env: [{name: 'NEO4J_ACCEPT_LICENSE_AGREEMENT', value: 'eval'}]}], nodeSelector: {disk: 'fast'}, tolerations: [{key: 'neo4j', operator: 'Exists'}],
	});
	t.like(resolved(t, await resolve()), {
		licence: {name: 'NEO4J_ACCEPT_LICENSE_AGREEMENT', value: 'eval'}, nodeSelector: {disk: 'fast'}, tolerations: [{key: 'neo4j', operator: 'Exists'}],
	});
});

test('without an answer to the licence none is given', async t => {
	const {target, resolve} = await start(t);
	await target('Neo4jEnterpriseCluster', 'c');
	t.false('licence' in resolved(t, await resolve()));
});

const listens = async (t: ExecutionContext, {text, config, expected}: {text?: string; config?: Json; expected: string}) => {
	const {target, configMap, resolve} = await start(t);
	await target('Neo4jEnterpriseCluster', 'c', {spec: {...config && {config}}});
	if (text !== undefined) {
		await configMap('c-config', text);
	}

	const answer = await resolve();
	t.is('servers' in answer ? answer.listenAddress : answer.reason, expected);
};

test('nobody has set the listen address', listens, {text: 'server.backup.enabled=true\n#server.backup.listen_address=0.0.0.0:6362\n', expected: 'missing'});
test('the operator has set it', listens, {text: 'server.backup.enabled=true\nserver.backup.listen_address = 0.0.0.0:6362\n', expected: 'set'});
test('a user has set another port and interface', listens, {text: 'server.backup.listen_address=10.0.0.1:6362', expected: 'set'});
test('a user wants loopback', listens, {config: {'server.backup.listen_address': '127.0.0.1:6362'}, expected: 'BackupAddressIsLoopback'});
test('the operator has yet to write what is wanted', listens, {text: 'server.default_listen_address=0.0.0.0', config: {'server.backup.listen_address': '0.0.0.0:6362'}, expected: 'TargetNotReady'});
test('a user has switched backups off', listens, {text: 'server.backup.enabled=true', config: {'server.backup.enabled': 'false'}, expected: 'BackupServerDisabled'});

const reached = async (t: ExecutionContext, {text, config, expected}: {text?: string; config?: Json; expected: number}) => {
	const {target, configMap, resolve} = await start(t);
	await target('Neo4jEnterpriseStandalone', 'c', {spec: {...config && {config}}});
	if (text !== undefined) {
		await configMap('c-config', text);
	}

	t.deepEqual(resolved(t, await resolve()).servers, [`c-0.c-headless.test.svc.cluster.local:${expected}`]);
};

test('servers are asked at the port that they listen on', reached, {text: 'server.backup.listen_address=0.0.0.0:6363', expected: 6363});
test('an address without an interface has a port too', reached, {text: 'server.backup.listen_address=:6364', expected: 6364});
test('so has one in brackets', reached, {text: 'server.backup.listen_address=[::]:6365', expected: 6365});
test('an address without a port means 6362', reached, {text: 'server.backup.listen_address=0.0.0.0', expected: 6362});
test('servers that have yet to take up another port are asked at the one that they started with', reached, {text: 'server.backup.listen_address=0.0.0.0:6362', config: {'server.backup.listen_address': '0.0.0.0:7001'}, expected: 6362});
test('where only the wish is known, it is believed', reached, {config: {'server.backup.listen_address': '0.0.0.0:7001'}, expected: 7001});

test('the patch on the target opens the backup port', async t => {
	const {target, resolve, client} = await start(t);
	await target('Neo4jEnterpriseCluster', 'c', {spec: {config: {'server.memory.pagecache.size': '1G'}}});
	t.is(resolved(t, await resolve()).listenAddress, 'missing');
	const patched = await client.patch<KubeObject & {spec: {config: Json}}>({
		apiVersion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jEnterpriseCluster', namespace: 'test', name: 'c',
	}, listenAddressPatch);
	t.deepEqual(patched.spec.config, {'server.memory.pagecache.size': '1G', 'server.backup.listen_address': '0.0.0.0:6362'});
	t.is(resolved(t, await resolve()).listenAddress, 'set');
});

test('the TLS policy of the backup port, with the Secret that holds its files', async t => {
	const {target, statefulSet, configMap, resolve} = await start(t);
	await target('Neo4jEnterpriseCluster', 'c');
	await configMap('c-config', 'server.backup.listen_address=0.0.0.0:6362\ndbms.ssl.policy.backup.enabled=true\ndbms.ssl.policy.backup.base_directory=/ssl/backup\ndbms.ssl.policy.bolt.enabled=true\n');
	await statefulSet('c-server', 3, {
		containers: [{name: 'neo4j', image: 'x', volumeMounts: [{name: 'data', mountPath: '/data'}, {name: 'certificates', mountPath: '/ssl'}]}],
		volumes: [{name: 'data', emptyDir: {}}, {name: 'certificates', secret: {secretName: 'c-tls-secret'}}],
	});
	t.deepEqual(resolved(t, await resolve()).backupTLS, {
		settings: {'dbms.ssl.policy.backup.enabled': 'true', 'dbms.ssl.policy.backup.base_directory': '/ssl/backup'}, volumes: [{name: 'backup-tls-0', secret: {secretName: 'c-tls-secret', defaultMode: 0o440}}], mounts: [{name: 'backup-tls-0', mountPath: '/ssl', readOnly: true}], secretNames: ['c-tls-secret'],
	});
});

test('Bolt is where the target says, and over TLS when it has it', async t => {
	const {target, resolve, client, apply} = await start(t);
	await target('Neo4jEnterpriseStandalone', 'c', {
		spec: {tls: {mode: 'cert-manager', trustedCASecret: 'authority'}}, status: {phase: 'Ready', endpoints: {bolt: 'bolt+s://c-service.test.svc.cluster.local:7687'}},
	});
	const answer = resolved(t, await resolve());
	t.is(answer.boltURI, 'bolt://c-service.test.svc.cluster.local:7687');
	t.deepEqual(answer.tls, {trustSecrets: ['authority', 'c-tls-secret']});
	t.deepEqual(await boltTrust(client, answer), {});
	await apply({
		apiVersion: 'v1', kind: 'Secret', metadata: {name: 'c-tls-secret'}, stringData: {'tls.crt': 'own'},
	});
	t.deepEqual(await boltTrust(client, answer), {ca: 'own'});
	await apply({
		apiVersion: 'v1', kind: 'Secret', metadata: {name: 'authority'}, stringData: {'ca.crt': 'authority'},
	});
	t.deepEqual(await boltTrust(client, answer), {ca: 'authority'});
});

test('without TLS there is nothing to trust', async t => {
	const {target, resolve, client} = await start(t);
	await target('Neo4jEnterpriseCluster', 'c', {spec: {tls: {mode: 'disabled'}}});
	t.is(await boltTrust(client, resolved(t, await resolve())), undefined);
});
