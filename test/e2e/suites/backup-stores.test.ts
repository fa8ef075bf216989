import {Buffer} from 'node:buffer';
import {readdir} from 'node:fs/promises';
import test from 'ava';
import {installed, type Installation} from '../install/installation.ts';
import {makeLocalVolume, type LocalVolume} from '../install/local-volume.ts';
import {seePods, type PodsSeen} from '../install/pods-seen.ts';
import {openStage, type Stage} from '../install/stage.ts';
import {startAzurite, type Azurite} from '../stores/azurite.ts';
import {startFakeGcs, type FakeGcs} from '../stores/fake-gcs.ts';
import {startVersitygw, type Versitygw} from '../stores/versitygw.ts';
import {isOwnCluster} from '../suite-environment.ts';
import {until} from '../until.ts';
import {annotations} from '#shared/api/group.ts';
import {type Manifest} from '#shared/kube/object.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';
import {startGcs, type GcsServer} from '#local/stores/gcs.ts';
import {azureFlow, gcsFlow, s3Flow} from '#test/functions/stores/clients.ts';

const patience = 240;

/** They listen where Pods can reach them, and a volume is a folder of the node. */
const testOfOwnCluster = isOwnCluster() ? test : test.skip;

let installation: Installation;
let stage: Stage;
let gcs: FakeGcs;
// Fake-gcs-server asks for no token, Google's libraries get one all the same.
let tokens: GcsServer;
let azurite: Azurite;
let s3: Versitygw;
let volume: LocalVolume;
let seen: PodsSeen;

/** By the name of its CR, each store: what lies below the path of the CR. */
let keysOf: Readonly<Record<string, () => Promise<readonly string[]>>>;

test.before(async () => {
	if (!isOwnCluster()) {
		return;
	}

	installation = await installed();
	const {nodeAddress: address} = installation.cluster!;
	gcs = await startFakeGcs({buckets: [{name: 'neo4j-backups'}], address});
	tokens = await startGcs({buckets: [], address});
	s3 = await startVersitygw({buckets: [{name: 'neo4j-backups', kind: 'plain'}], address});
	azurite = await startAzurite({containers: ['neo4j-backups'], address});
	volume = await makeLocalVolume(installation.kube, installation.cluster!, 'backup-stores');
	stage = await openStage(installation, {namespace: 'backup-stores', target: {kind: 'Neo4jEnterpriseStandalone', name: 'single', servers: 1}});
	seen = await seePods(installation.kubeConfig, stage.namespace);

	const onGcs = gcsFlow({endpoint: gcs.url, bucket: 'neo4j-backups', serviceAccount: tokens.serviceAccount});
	const onAzure = azureFlow(azurite.client, {
		endpoint: azurite.url, account: azurite.account, key: azurite.credentials.AZURE_STORAGE_KEY, container: 'neo4j-backups',
	});
	const onS3 = s3Flow(s3.client, {endpoint: s3.url, bucket: 'neo4j-backups', secret: s3.credentials});
	keysOf = {
		async s3() {
			const keys = await onS3.keys();
			return keys.map(key => key.replace('s3/', ''));
		},
		async gcs() {
			const [files] = await gcs.client.bucket('neo4j-backups').getFiles();
			return files.map(({name}) => name.replace('gcs/', ''));
		},
		async azure() {
			const keys = await onAzure.keys();
			return keys.map(key => key.replace('azure/', ''));
		},
		claim: async () => readdir(`${volume.folder}/claim`, {recursive: true}),
	};
	await stage.apply(
		secret(onGcs.storage.cloud!.credentialsSecretRef!, onGcs.secret),
		secret(onAzure.storage.cloud!.credentialsSecretRef!, onAzure.secret),
		secret('encryption-key', {key: Buffer.alloc(32, 1).toString('base64')}),
		secret(onS3.storage.cloud!.credentialsSecretRef!, onS3.secret),
		backupManifest('s3', {...onS3.storage}),
		backupManifest('gcs', {...onGcs.storage}),
		backupManifest('azure', {...onAzure.storage}),
		// With everything that a Pod of a run can have.
		backupManifest('claim', {type: 'pvc', pvc: {name: 'backup-storage', size: '1Gi', storageClassName: volume.storageClassName}}, {
			deletionPolicy: 'Delete', options: {backupType: 'FULL', verify: true, encryption: {enabled: true, keySecret: 'encryption-key', algorithm: 'AES256'}},
		}),
	);
});

test.after.always(async () => {
	seen?.stop();
	await stage?.close();
	await volume?.remove();
	await Promise.all([gcs?.stop(), tokens?.stop(), azurite?.stop(), s3?.stop()]);
});

const secret = (name: string, stringData: Readonly<Record<string, string>>): Manifest => ({
	apiVersion: 'v1', kind: 'Secret', metadata: {name}, stringData,
});

const backupManifest = (name: string, storage: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}): Manifest => ({
	apiVersion: 'neo4j.neo4j.com/v1alpha1',
	kind: 'Neo4jBackup',
	metadata: {name},
	spec: {
		target: {kind: 'Database', name: 'mydb', clusterRef: 'single'}, storage: {...storage, path: `${name}/`}, retention: {maxCount: 1}, options: {backupType: 'FULL'}, ...more,
	},
});

const artifactsOf = async (name: string): Promise<readonly string[]> => {
	const keys = await keysOf[name]!();
	return keys.filter(key => /^mydb-[^\/]+\.backup(?:\.aws-esdk)?$/v.test(key)).toSorted();
};

const succeeded = ({status}: Neo4jBackup): number => (status?.history ?? []).filter(run => run.status === 'Succeeded').length;

/** One run more, of something new to back up. */
const runAgain = async (name: string, count: number): Promise<void> => {
	await stage.dbms('write', 'mydb', 3);
	await stage.edit(name, {metadata: {annotations: {[annotations.runNow]: `run-${count}`}}});
	await stage.awaitBackup(name, backup => succeeded(backup) === count, patience);
};

/** Three runs, of which the sweep after the second marks the first artifact, and a later one deletes it. */
const expire = async (name: string): Promise<{readonly first: readonly string[]; readonly second: readonly string[]; readonly last: readonly string[]}> => {
	await stage.awaitBackup(name, backup => succeeded(backup) === 1, patience);
	const first = await artifactsOf(name);
	await runAgain(name, 2);
	const second = await artifactsOf(name);
	await runAgain(name, 3);
	let last: readonly string[] = [];
	await until(async () => {
		last = await artifactsOf(name);
		return !last.includes(first[0]!);
	}, `the end of the oldest artifact of ${name}`, patience);
	return {first, second, last};
};

testOfOwnCluster('in a bucket of S3, one of Google Cloud Storage, a container of Azure and on a claim that is made for it, runs lie side by side, one sweep marks the oldest, and a later one deletes it', async t => {
	const names = Object.keys(keysOf);
	const found = await Promise.all(names.map(async name => expire(name)));
	for (const [index, {first, second, last}] of found.entries()) {
		t.is(first.length, 1, names[index]);
		t.deepEqual(second.filter(key => first.includes(key)), first, `${names[index]}: the second run leaves what the first wrote`);
		t.is(second.length, 2, names[index]);
		t.true(last.length > 0, `${names[index]}: ${last.join(' ')}`);
	}
});

testOfOwnCluster('deleting a CR with deletionPolicy Delete has a Job delete what it wrote on a claim, and keeps the claim', async t => {
	const claim = {
		apiVersion: 'neo4j.neo4j.com/v1alpha1', kind: 'Neo4jBackup', namespace: stage.namespace, name: 'claim',
	};
	await installation.kube.delete(claim);
	await until(async () => await installation.kube.get(claim) === undefined, 'the end of Neo4jBackup claim', patience);
	t.deepEqual(await artifactsOf('claim'), []);
	t.truthy(await installation.kube.get({
		...claim, apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'backup-storage',
	}));
});

testOfOwnCluster('[X-039] every Pod of every Job runs in a namespace that enforces the restricted profile: as uid 7474, without privileges, on a root that it cannot write', async t => {
	const pods = seen.pods().filter(({metadata: {ownerReferences = []}}) => ownerReferences[0]?.kind === 'Job');
	const containers = pods.flatMap(({spec}) => [...spec.initContainers ?? [], ...spec.containers]);
	t.deepEqual([...new Set(containers.map(({name}) => name))].toSorted(), ['backup', 'encrypt', 'gather', 'inspect', 'prepare', 'report', 'sweep', 'verify']);
	t.deepEqual([...new Set(pods.map(({status}) => status?.phase))], ['Succeeded']);
	t.true(pods.every(({spec: {securityContext}}) => securityContext.runAsUser === 7474 && securityContext.seccompProfile?.type === 'RuntimeDefault'));
	for (const {name, securityContext} of containers) {
		t.like(securityContext, {
			runAsNonRoot: true, runAsUser: undefined, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: ['ALL'], add: undefined}, seccompProfile: {type: 'RuntimeDefault'},
		}, name);
	}
});
