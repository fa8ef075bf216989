import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {copyFile, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import test from 'ava';
import {installed, type Installation} from '../install/installation.ts';
import {openStage, type Stage} from '../install/stage.ts';
import {startGate, type Gate} from '../stores/gate.ts';
import {startVersitygw, type Versitygw} from '../stores/versitygw.ts';
import {until} from '../until.ts';
import {annotations} from '#shared/api/group.ts';

const bucket = 'neo4j-backups';
const namespace = 'kubectl';
const name = 'daily-cluster-backup';
const checkout = path.join(import.meta.dirname, '../../..');

let installation: Installation;
let stage: Stage;
let s3: Versitygw;
let gate: Gate;
let folder: string | undefined;
let environment: NodeJS.ProcessEnv;

test.before(async () => {
	installation = await installed();
	s3 = await startVersitygw({buckets: [{name: bucket, kind: 'plain'}], ...(installation.cluster && {address: installation.cluster.nodeAddress})});
	const store = new URL(s3.url);
	gate = await startGate(store.hostname, store);
	gate.hold('daily/');
	stage = await openStage(installation, {namespace});
	folder = await mkdtemp(path.join(tmpdir(), 'kubectl-suite-'));
	const kubeconfig = path.join(folder, 'kubeconfig');
	await copyFile(process.env['KUBECONFIG']!, kubeconfig);
	const {PATH = ''} = process.env;
	environment = {...process.env, KUBECONFIG: kubeconfig, PATH: installation.cluster ? `${path.dirname(installation.cluster.kubectl)}:${PATH}` : PATH};
	await shell(`kubectl config set-context --current --namespace=${namespace}`);
	await stage.apply(
		{
			apiVersion: 'v1', kind: 'Secret', metadata: {name: 'aws-backup-credentials'}, stringData: s3.credentials,
		},
		{
			apiVersion: 'neo4j.neo4j.com/v1alpha1',
			kind: 'Neo4jBackup',
			metadata: {name},
			spec: {
				target: {kind: 'Cluster', name: 'production-cluster'},
				schedule: '0 2 1 1 *',
				storage: {
					type: 's3', bucket, path: 'daily/', cloud: {
						provider: 'aws', credentialsSecretRef: 'aws-backup-credentials', endpointURL: gate.url, forcePathStyle: true,
					},
				},
			},
		},
	);
	await stage.awaitBackup(name, ({status}) => status?.phase === 'Scheduled');
});

test.after.always(async () => {
	await stage?.close();
	await gate?.close();
	await s3?.stop();
	if (folder) {
		await rm(folder, {recursive: true, force: true});
	}
});

/** Runs a command as a person types it. */
const shell = async (command: string): Promise<string> => {
	const child = spawn(command, {
		shell: true, env: environment, cwd: checkout, stdio: ['ignore', 'pipe', 'pipe'],
	});
	const [output, complaints] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
	if (child.exitCode !== 0) {
		throw new Error(`${command} ended with ${child.exitCode}: ${complaints}`);
	}

	return output;
};

const lines = async (command: string): Promise<readonly string[]> => {
	const output = await shell(command);
	return output.trimEnd().split('\n');
};

const columns = (line = ''): readonly string[] => line.split(/ {2,}/v).map(cell => cell.trim()).filter(cell => cell !== '');

// The commands are those that the documentation of Neo4jBackup shows, word for word, but for the namespace.

test.serial('[B-164] [B-165] during a run -w prints a line at each change of phase, and logs show what neo4j-admin says', async t => {
	const watch = spawn('exec kubectl get neo4jbackup daily-cluster-backup -w', {shell: true, env: environment, stdio: ['ignore', 'pipe', 'inherit']});
	t.teardown(() => {
		watch.kill();
	});
	let printed = '';
	watch.stdout.setEncoding('utf8').on('data', (chunk: string) => {
		printed += chunk;
	});
	const phases = (): readonly string[] => {
		const all = printed.split('\n').slice(1).map(line => columns(line).at(-2)).filter(phase => phase !== undefined);
		return all.filter((phase, index) => phase !== all[index - 1]);
	};

	await until(async () => phases().length > 0, 'the first line of the watch');
	await stage.edit(name, {metadata: {annotations: {[annotations.runNow]: 'watched'}}});
	const logs = async (): Promise<string> => shell(`kubectl logs -n ${namespace} -l neo4j.com/backup=daily-cluster-backup --tail=100`).catch(() => '');
	await until(async () => {
		const said = await logs();
		return said.includes('stand-in');
	}, 'the log of neo4j-admin', 240);
	const {status} = await stage.backup(name);
	t.is(status?.phase, 'Running');
	gate.release('daily/');
	await stage.awaitBackup(name, ({status}) => status?.history?.[0]?.status === 'Succeeded', 240);
	t.regex(await logs(), /Finished artifact creation/v);
	await until(async () => phases().length === 3, 'the last phase of the watch');
	t.deepEqual(phases(), ['Scheduled', 'Running', 'Scheduled']);
});

test.serial('[B-161] get lists the CRs with the columns that the documentation promises', async t => {
	const [header, row, ...others] = await lines(`kubectl get neo4jbackup -n ${namespace}`);
	t.deepEqual(columns(header), ['NAME', 'TARGET', 'SCHEDULE', 'LASTRUN', 'PHASE', 'AGE']);
	t.deepEqual(columns(row).filter((_, index) => ![3, 5].includes(index)), [name, 'production-cluster', '0 2 1 1 *', 'Scheduled']);
	t.deepEqual(others, []);
});

test.serial('[B-162] -o wide also shows last success and next run', async t => {
	const [header, row] = await lines('kubectl get neo4jbackup daily-cluster-backup -o wide');
	t.deepEqual(columns(header), ['NAME', 'TARGET', 'SCHEDULE', 'LASTRUN', 'PHASE', 'AGE', 'LASTSUCCESS', 'NEXTRUN']);
	t.regex(columns(row).at(-2) ?? '', /^\d+[ms]/v);
	t.regex(columns(row).at(-1) ?? '', /^\d{4}-01-01T02:00:00Z$/v);
});

test.serial('[B-163] describe shows status, conditions and Events: start and end of the run once, no failure', async t => {
	const described = await shell('kubectl describe neo4jbackup daily-cluster-backup');
	for (const part of [/^Status:$/mv, /Conditions:/v, /Phase: +Scheduled/v, /Last Success Time: +\d/v]) {
		t.regex(described, part);
	}

	const events = described.slice(described.indexOf('\nEvents:')).split('\n').slice(4).map(line => columns(line)).filter(({length}) => length > 0);
	t.deepEqual(events.map(([type, reason]) => [type, reason]), [['Normal', 'BackupStarted'], ['Normal', 'BackupSucceeded']]);
});

test.serial('[B-166] [B-167] jsonpath prints the phase, and the time of the last success', async t => {
	t.is(await shell('kubectl get neo4jbackup daily-cluster-backup -o jsonpath=\'{.status.phase}\''), 'Scheduled');
	t.regex(await shell('kubectl get neo4jbackup daily-cluster-backup -o jsonpath=\'{.status.lastSuccessTime}\''), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/v);
});

test.serial('explain tells of a field what the CRD says of it', async t => {
	const explained = await shell('kubectl explain neo4jbackup.spec.options.backupType');
	t.regex(explained, /KIND: +Neo4jBackup/v);
	t.regex(explained, /ENUM:\s+FULL\s+DIFF\s+AUTO\s/v);
	t.regex(explained, /DESCRIPTION:\n +Backup type/v);
});

test.serial('the CRDs can be applied over themselves, and the objects that are there stay as they are', async t => {
	const before = await stage.backup(name);
	t.regex(await shell('kubectl apply --server-side --force-conflicts -k crds'), /neo4jbackups\.neo4j\.neo4j\.com serverside-applied/v);
	const after = await stage.backup(name);
	t.deepEqual([after.spec, after.status?.history], [before.spec, before.status?.history]);
	t.is(after.metadata.generation, before.metadata.generation);
	await stage.edit(name, {spec: {suspend: true}});
	await stage.awaitBackup(name, ({status}) => status?.phase === 'Suspended');
});
