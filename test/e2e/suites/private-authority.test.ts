import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {connect, type AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {createServer, type Server} from 'node:tls';
import {ListObjectsV2Command} from '@aws-sdk/client-s3';
import test from 'ava';
import {execute} from '../cluster/execute.ts';
import {installed} from '../install/installation.ts';
import {s3Backup} from '../install/s3-backup.ts';
import {openStage, type Stage} from '../install/stage.ts';
import {startVersitygw, type Versitygw} from '../stores/versitygw.ts';
import {type KubeObject, type Manifest} from '#shared/kube/object.ts';

const bucket = 'neo4j-backups';

let stage: Stage;
let s3: Versitygw;
let front: Server;
let endpoint: string;
let authority: string;

/** An authority that nobody knows, and a certificate for one address. */
const certify = async (address: string): Promise<{authority: string; cert: string; key: string}> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'authority-'));
	const make = async (name: string, ...parameters: readonly string[]) => execute('openssl', [
		'req', '-x509', '-new', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-days', '2', '-keyout', `${name}.key`, '-out', `${name}.crt`, ...parameters,
	], {cwd: folder});
	await make('authority', '-subj', '/CN=private', '-addext', 'basicConstraints=critical,CA:TRUE');
	await make('server', '-subj', '/CN=s3', '-CA', 'authority.crt', '-CAkey', 'authority.key', '-addext', 'basicConstraints=critical,CA:FALSE', '-addext', `subjectAltName=IP:${address}`);
	const [ca, cert, key] = await Promise.all(['authority.crt', 'server.crt', 'server.key'].map(async name => readFile(path.join(folder, name), 'utf8'))) as [string, string, string];
	await rm(folder, {recursive: true});
	return {authority: ca, cert, key};
};

test.before(async () => {
	const installation = await installed();
	const address = installation.cluster?.nodeAddress ?? '127.0.0.1';
	s3 = await startVersitygw({buckets: [{name: bucket, kind: 'plain'}], address});
	const {authority: ca, ...certificate} = await certify(address);
	authority = ca;
	const {hostname, port} = new URL(s3.url);
	front = createServer(certificate, socket => {
		const behind = connect(Number(port), hostname);
		for (const end of [socket, behind]) {
			end.on('error', () => {
				socket.destroy();
				behind.destroy();
			});
		}

		socket.pipe(behind).pipe(socket);
	});
	await new Promise<void>(resolve => {
		front.listen(0, address, resolve);
	});
	endpoint = `https://${address}:${(front.address() as AddressInfo).port}`;
	stage = await openStage(installation, {namespace: 'private-authority'});
});

test.after.always(async () => {
	await stage?.close();
	front?.close();
	await s3?.stop();
});

const backupManifest = (name: string, cloud: Readonly<Record<string, string>> = {}): Manifest => s3Backup(name, {bucket, endpointURL: endpoint, cloud}, {
	target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'}, options: {verify: true},
});

test('neo4j-admin and our own containers reach a store over TLS by a private authority that the CR names, and a run without it fails with the name of the field', async t => {
	await stage.apply(
		{
			apiVersion: 'v1', kind: 'Secret', metadata: {name: 'aws-backup-credentials'}, stringData: s3.credentials,
		},
		{
			apiVersion: 'v1', kind: 'Secret', metadata: {name: 's3-authority'}, stringData: {'ca.crt': authority},
		},
		backupManifest('unnamed'),
		backupManifest('named', {caBundleSecretRef: 's3-authority'}),
	);
	const {status} = await stage.awaitBackup('unnamed', backup => backup.status?.phase === 'Failed', 180);
	t.is(status?.history?.[0]?.reason, 'CertificateNotTrusted');
	t.regex(status?.message ?? '', /storage\.cloud\.caBundleSecretRef/v);

	await stage.awaitBackup('named', backup => backup.status?.phase === 'Completed', 180);
	const {Contents = []} = await s3.client.send(new ListObjectsV2Command({Bucket: bucket}));
	t.deepEqual(Contents.map(({Key}) => Key!).filter(key => key.endsWith('.backup')).map(key => key.replace(/-\d{4}-.*/v, '')), ['named/mydb']);
	const pods = await stage.all<KubeObject & {spec: {initContainers: ReadonlyArray<{name: string; volumeMounts: ReadonlyArray<{mountPath: string}>}>}}>('v1', 'Pod', 'neo4j.com/backup=named');
	t.true(pods[0]!.spec.initContainers.find(({name}) => name === 'backup')!.volumeMounts.some(({mountPath}) => mountPath === '/etc/ssl/certs/ca-certificates.crt'));
});
