import test from 'ava';
import {restoreJobManifest} from '../../../functions/launch-restore/restore-job-manifest.ts';
import {claimStorage, clusterTarget, restoreOf} from './restore.ts';
import {type Container, type Volume} from '#shared/pods/pod-types.ts';
import {type RestoreSpec} from '#shared/restore/status.ts';

type Template = {readonly metadata: {readonly annotations: Readonly<Record<string, string>>; readonly labels: Readonly<Record<string, string>>}; readonly spec: {readonly initContainers: readonly Container[]; readonly containers: readonly Container[]; readonly volumes: readonly Volume[]; readonly affinity?: unknown}};

const jobOf = (spec: Partial<RestoreSpec> = {}, input: Partial<Parameters<typeof restoreJobManifest>[0]> = {}) => {
	const job = restoreJobManifest({
		restore: restoreOf(spec), target: clusterTarget(), storage: claimStorage, image: 'ours', ...input,
	});
	return {job, template: job.spec['template'] as Template};
};

const wordsOf = ({template}: ReturnType<typeof jobOf>): readonly string[] => {
	const {command, args} = template.spec.initContainers.find(({name}) => name === 'restore')!;
	return [...command!, ...args];
};

test('the one Job of a restore runs neo4j-admin of the target\'s own image on the claim of its first server, once, and its log can be followed', t => {
	const {job, template} = jobOf();
	t.is(job.metadata.name, 'back-restore');
	t.is(job.spec['backoffLimit'], 0);
	t.is(template.metadata.annotations['kubectl.kubernetes.io/default-container'], 'restore');
	const [restore] = template.spec.initContainers;
	t.is(restore?.image, 'neo4j:2025.12.0-enterprise');
	t.deepEqual(restore?.volumeMounts.find(({mountPath}) => mountPath === '/data'), {name: 'data', mountPath: '/data'});
	t.deepEqual(template.spec.volumes.find(({name}) => name === 'data'), {name: 'data', persistentVolumeClaim: {claimName: 'data-production-server-0'}});
});

test('the newest artifact of the chain is named exactly, the database first, each option with its value', t => {
	t.deepEqual(wordsOf(jobOf()), ['neo4j-admin', 'database', 'restore', 'mydb', '--from-path=/backup-storage/daily/mydb-2026-11-21T02-00-10.backup', '--temp-path=/restore-temp']);
});

for (const [spec, overwrites] of [[{}, false], [{force: true}, true], [{options: {replaceExisting: true}}, true], [{force: false, options: {replaceExisting: false}}, false]] as const) {
	test(`with ${JSON.stringify(spec)} a database that is there is ${overwrites ? '' : 'not '}replaced`, t => {
		t.is(wordsOf(jobOf(spec)).includes('--overwrite-destination=true'), overwrites);
	});
}

for (const [row, pointInTime] of [['[R-042] ', '2025-01-04T12:30:00Z'], ['[R-043] ', '2025-01-04T14:30:00+02:00'], ['', '2025-01-04T12:30:00.250Z']] as const) {
	test(`${row}the point ${pointInTime} is one word, in UTC`, t => {
		t.true(wordsOf(jobOf({source: {...restoreOf().spec.source, pointInTime}})).includes('--restore-until=2025-01-04 12:30:00'));
	});
}

test('further arguments are passed verbatim and in order, also those that Kubernetes would expand', t => {
	const given = ['--verbose', '--additional-config=/data/$(HOME).conf'];
	t.deepEqual(wordsOf(jobOf({options: {additionalArgs: given}})).slice(-2), ['--verbose', '--additional-config=/data/$$(HOME).conf']);
});

test('a check that Neo4j 4 did within the restore is one of its own, after it', t => {
	const {template} = jobOf({options: {additionalArgs: ['--check-consistency']}});
	t.deepEqual(template.spec.initContainers.map(({name}) => name), ['restore', 'check']);
	t.deepEqual(template.spec.initContainers.at(-1)?.args.slice(0, 3), ['database', 'check', 'mydb']);
	t.false(wordsOf(jobOf({options: {additionalArgs: ['--check-consistency']}})).includes('--check-consistency'));
});

test('timeout limits the Job; without one there is no limit', t => {
	t.is(jobOf({timeout: '2h30m'}).job.spec['activeDeadlineSeconds'], 9000);
	t.false('activeDeadlineSeconds' in jobOf().job.spec);
});

const unreadable = [
	['an encrypted one', {encryption: {algorithm: 'AES256', secretName: 'key', secretKey: 'key'}}],
	['one behind an account key of Azure', {storage: {...claimStorage, isNative: false}}],
	['one behind a private authority', {storage: {...claimStorage, hasOwnAuthority: true}}],
] as const;

for (const [what, input] of unreadable) {
	test(`what neo4j-admin cannot read where it lies is fetched first: ${what}`, t => {
		const made = jobOf({}, input);
		t.deepEqual(made.template.spec.initContainers.map(({name}) => name), ['fetch', 'restore']);
		t.true(wordsOf(made).includes('--from-path=/restore-source/mydb-2026-11-21T02-00-10.backup'));
		t.false(made.template.spec.initContainers[1]!.volumeMounts.some(({name}) => name === 'storage'), 'neo4j-admin does not get to the store');
	});
}

test('beside a server that goes on running the Pod is placed on its node, where the claim is', t => {
	t.is(jobOf().template.spec.affinity, undefined);
	t.true(JSON.stringify(jobOf({}, {node: 'node-b'}).template.spec.affinity).includes('"node-b"'));
});

test('the folder for temporary files is where the user wants it, on a volume of its own', t => {
	const {template} = jobOf({options: {tempPath: '/scratch', tempStorage: {size: '200Gi', storageClassName: 'fast'}}});
	t.true(wordsOf(jobOf({options: {tempPath: '/scratch'}})).includes('--temp-path=/scratch'));
	t.true(template.spec.initContainers[0]!.volumeMounts.some(({mountPath}) => mountPath === '/scratch'));
	t.true(JSON.stringify(template.spec.volumes.find(({name}) => name === 'temporary')).includes('"storage":"200Gi"'));
});
