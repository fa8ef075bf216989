import test from 'ava';
import {
	argumentsOf, containerOf, oneShot, shareDesk, startDesk, type Desk,
} from './desk.ts';
import {applyTarget} from '#local/neo4j/target.ts';

const shared = shareDesk(test);

type Options = Readonly<Record<string, unknown>>;

const optionOf = (argument: string): string => argument.split('=')[0]!;

const given: ReadonlyArray<readonly [options: Options, argument: string]> = [
	[{compress: false}, '--compress=false'],
	[{pageCache: '4G'}, '--pagecache=4G'],
	[{includeMetadata: 'all'}, '--include-metadata=all'],
	[{includeMetadata: 'none'}, '--include-metadata=none'],
	[{includeMetadata: 'users'}, '--include-metadata=users'],
	[{includeMetadata: 'roles'}, '--include-metadata=roles'],
	[{parallelRecovery: true}, '--parallel-recovery=true'],
	[{keepFailed: true}, '--keep-failed=true'],
];

test('[B-104] [B-116] [X-042] [X-043] [X-044] an option of the CR is the option of neo4j-admin, and absent without it', async t => {
	const {apply, jobOf} = shared();
	await apply(oneShot('none'));
	const none = argumentsOf(await jobOf('none'));
	for (const [index, [options, argument]] of given.entries()) {
		await apply(oneShot(`option-${index}`, {options}));
		const argv = argumentsOf(await jobOf(`option-${index}`));
		t.deepEqual(argv.filter(word => optionOf(word) === optionOf(argument)), [argument]);
		t.false(none.some(word => optionOf(word) === optionOf(argument)), `without ${argument}`);
	}

	await t.throwsAsync(apply(oneShot('unknown', {options: {includeMetadata: 'everything'}})), {message: /spec\.options\.includeMetadata/v});
});

test('[B-106] the type of the CR reaches neo4j-admin', async t => {
	const {apply, jobsOf, finish, runNow} = shared();
	for (const type of ['FULL', 'AUTO', 'DIFF']) {
		const name = `type-${type.toLowerCase()}`;
		await apply(oneShot(name, {options: {backupType: type}}));
		await finish(name);
		await runNow(name, 'once-more');
		const jobs = await jobsOf(name);
		const types = jobs.map(job => argumentsOf(job).find(word => word.startsWith('--type=')));
		t.deepEqual(types, type === 'DIFF' ? ['--type=FULL', '--type=DIFF'] : [`--type=${type}`, `--type=${type}`]);
	}
});

/** A standalone of each version, by a name made of a test's word and the version. */
const applyStandalones = async ({runtime: {kube}}: Desk, word: string, versions: readonly string[]): Promise<void> => {
	for (const version of versions) {
		await applyTarget(kube, {
			kind: 'Neo4jEnterpriseStandalone', namespace: 'neo4j', name: targetOf(word, version), version, password: 'x',
		});
	}
};

const targetOf = (word: string, version: string): string => `${word.toLowerCase()}-${version.replaceAll('.', '-')}`;

type Gate = {readonly option: string; readonly argument: string; readonly since: string; readonly with: readonly string[]; readonly without: readonly string[]};

const gates: ReadonlyArray<readonly [ids: string, gate: Gate]> = [
	['[B-111] [B-112]', {
		option: 'preferDiffAsParent', argument: '--prefer-diff-as-parent', since: '2025.04', with: ['2025.04.0', '2025.12.0', '2026.01.0'], without: ['5.26.3', '2025.01.0', '2025.02.0', '2025.03.0'],
	}],
	['[B-120]', {
		option: 'parallelDownload', argument: '--parallel-download=true', since: '2025.11', with: ['2025.11.0', '2026.01.0'], without: ['5.26.3', '2025.10.1'],
	}],
	['[B-121]', {
		option: 'remoteAddressResolution', argument: '--remote-address-resolution=true', since: '2025.09', with: ['2025.09.0', '2026.01.0'], without: ['5.26.3', '2025.08.0'],
	}],
	['[B-122]', {
		option: 'skipRecovery', argument: '--skip-recovery=true', since: '2025.11', with: ['2025.11.0', '2026.01.0'], without: ['5.26.3', '2025.10.1'],
	}],
];

for (const [ids, {option, argument, since, ...versions}] of gates) {
	test(`${ids} ${option} is sent to ${since} or newer, and refused before the Job on anything older`, async t => {
		const desk = shared();
		const {apply, jobOf, jobsOf, backup, eventsOf} = desk;
		await applyStandalones(desk, option, [...versions.with, ...versions.without]);
		for (const version of versions.with) {
			const name = `backup-of-${targetOf(option, version)}`;
			await apply(oneShot(name, {target: {kind: 'Cluster', name: targetOf(option, version)}, options: {[option]: true}}));
			t.deepEqual(argumentsOf(await jobOf(name)).filter(word => optionOf(word) === optionOf(argument)), [argument], `on ${version}`);
		}

		for (const version of versions.without) {
			const name = `backup-of-${targetOf(option, version)}`;
			await apply(oneShot(name, {target: {kind: 'Cluster', name: targetOf(option, version)}, options: {[option]: true}}));
			const {status} = await backup(name);
			t.deepEqual(await jobsOf(name), []);
			t.is(status?.phase, 'Invalid');
			for (const word of [`spec.options.${option}`, version, since]) {
				t.true(status?.message?.includes(word), `${word} in: ${status?.message}`);
			}

			t.like(status?.conditions?.find(({type}) => type === 'Ready'), {status: 'False', reason: 'UnsupportedOption', message: status!.message!});
			const events = await eventsOf(name, 'UnsupportedOption');
			t.is(events.length, 1);
		}
	});
}

test('an option that was refused is sent after the target was upgraded, without anybody\'s help', async t => {
	const desk = await startDesk(t);
	const {apply, jobsOf, minutes, backup, runtime: {kube}} = desk;
	await applyStandalones(desk, 'old', ['5.26.3']);
	await apply(oneShot('upgraded', {target: {kind: 'Cluster', name: targetOf('old', '5.26.3')}, options: {skipRecovery: true}}));
	await kube.patch({
		apiVersion: 'neo4j.neo4j.com/v1beta1', kind: 'Neo4jEnterpriseStandalone', namespace: 'neo4j', name: targetOf('old', '5.26.3'),
	}, {spec: {image: {tag: '2025.12.0-enterprise'}}});
	await minutes(10);
	const [job] = await jobsOf('upgraded');
	t.true(argumentsOf(job!).includes('--skip-recovery=true'));
	const {status} = await backup('upgraded');
	t.is(status?.phase, 'Running');
});

test('[B-110] [B-123] options that came later are absent unless asked for', async t => {
	const desk = shared();
	const {apply, jobOf, backup} = desk;
	await applyStandalones(desk, 'plain', ['5.26.3']);
	const off = {
		preferDiffAsParent: false, parallelDownload: false, remoteAddressResolution: false, skipRecovery: false,
	};
	for (const [name, options] of [['absent', {}], ['off', off]] as const) {
		await apply(oneShot(name, {target: {kind: 'Cluster', name: targetOf('plain', '5.26.3')}, options}));
		const argv = argumentsOf(await jobOf(name));
		t.deepEqual(argv.filter(word => /prefer-diff|parallel-download|remote-address|skip-recovery/v.test(word)), []);
	}

	const {spec} = await backup('absent');
	t.false(spec.options?.preferDiffAsParent);
});

test('[B-114] a run to a bucket stages in a volume of its own, at the path that the CR names', async t => {
	const {apply, jobOf} = shared();
	for (const [name, options, path] of [['without', {}, '/backup-temp'], ['with', {tempPath: '/var/neo4j-backup-temp'}, '/var/neo4j-backup-temp']] as const) {
		await apply(oneShot(name, {options}));
		const job = await jobOf(name);
		t.true(argumentsOf(job).includes(`--temp-path=${path}`));
		const mount = containerOf(job, 'backup').volumeMounts.find(({mountPath}) => mountPath === path);
		const users = job.spec.template.spec.volumes.filter(volume => volume.name === mount?.name);
		t.deepEqual(users, [{name: mount!.name, emptyDir: {}}]);
		t.is(containerOf(job, 'backup').volumeMounts.filter(({name: volume}) => volume === mount?.name).length, 1);
	}
});

test('[B-113] tempPath is --temp-path, and each run has a volume of its own there that is empty when it starts', async t => {
	const {apply, finish, runNow, jobsOf} = shared();
	await apply(oneShot('twice', {options: {tempPath: '/tmp/neo4j-backup-temp'}}));
	await finish('twice');
	await runNow('twice', 'again');
	const jobs = await jobsOf('twice');
	t.is(jobs.length, 2);
	for (const job of jobs) {
		t.true(argumentsOf(job).includes('--temp-path=/tmp/neo4j-backup-temp'));
		const mount = containerOf(job, 'backup').volumeMounts.find(({mountPath}) => mountPath === '/tmp/neo4j-backup-temp');
		// An emptyDir is made with its Pod: nothing of an earlier run is in it.
		t.deepEqual(job.spec.template.spec.volumes.filter(({name}) => name === mount?.name), [{name: mount!.name, emptyDir: {}}]);
	}
});

const occupied = ['/tmp', '/tmp/', '/backup-run', '/backup-run/temp', '/backup-storage/temp', '/backup-credentials'] as const;

test('a tempPath where the Pod has something else is refused before the Job', async t => {
	const {apply, jobsOf, backup} = shared();
	for (const [index, tempPath] of occupied.entries()) {
		await apply(oneShot(`occupied-${index}`, {options: {tempPath}}));
		t.deepEqual(await jobsOf(`occupied-${index}`), []);
		const {status} = await backup(`occupied-${index}`);
		t.is(status?.phase, 'Invalid');
		t.regex(status?.message ?? '', /spec\.options\.tempPath/v);
	}
});

test('[X-046] the resources of the CR are those of the container that runs neo4j-admin', async t => {
	const {apply, jobOf} = shared();
	const resources = {requests: {cpu: '500m', memory: '2Gi'}, limits: {memory: '4Gi'}};
	await apply(oneShot('sized', {options: {resources}}));
	const job = await jobOf('sized');
	t.deepEqual(containerOf(job, 'backup').resources, resources);
	t.notDeepEqual(containerOf(job, 'report').resources, resources);
});

test('options.timeout bounds the Job, 24 hours when absent', async t => {
	const {apply, jobOf} = shared();
	for (const [name, options, seconds] of [['day', {}, 86_400], ['short', {timeout: '1h30m'}, 5400]] as const) {
		await apply(oneShot(name, {options}));
		const {spec} = await jobOf(name);
		t.is(spec.activeDeadlineSeconds, seconds);
	}
});
