import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {
	chmod, mkdtemp, readdir, readFile, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {containerOf, oneShot, startDesk} from './desk.ts';
import {expand} from '#local/node/expand.ts';

type Surroundings = {readonly variables?: NodeJS.ProcessEnv; readonly files?: Readonly<Record<string, string>>};
type Outcome = {readonly received: readonly string[]; readonly left: readonly string[]};

/** Runs the command line of a container, in a folder with these files, with a neo4j-admin that only writes down its arguments. Answers them, and the files that are there afterwards. */
const runScript = async (t: ExecutionContext, argv: readonly string[], {variables = {}, files = {}}: Surroundings = {}): Promise<Outcome> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'verbatim-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const stub = path.join(folder, 'neo4j-admin');
	await writeFile(stub, '#!/bin/sh\nfor argument do printf \'%s\\0\' "$argument" >> "$RUN_FOLDER/received"; done\n');
	await chmod(stub, 0o755);
	for (const [name, text] of Object.entries(files)) {
		await writeFile(path.join(folder, name), text);
	}

	const [command = '', ...rest] = argv;
	const child = spawn(command, rest, {
		cwd: folder, env: {
			...variables, PATH: `${folder}:/usr/bin:/bin`, RUN_FOLDER: folder, DATABASE_COUNT: '1',
		}, stdio: 'ignore',
	});
	await once(child, 'close');
	const received = await readFile(path.join(folder, 'received'), 'utf8');
	const left = await readdir(folder);
	return {received: received.split('\0').slice(0, -1), left: left.toSorted()};
};

const hostile = ['--verbose', '; touch made', '$(touch made)', '`touch made`', '"', '\'', '$HOME', '$(HOME)', '* ?', '  with space around ', 'two\nlines', '--verbose', '\\'];

test('[B-124] further arguments reach neo4j-admin verbatim and in order, one element one argument, and mean nothing to a shell', async t => {
	const {apply, jobOf} = await startDesk(t);
	await apply(oneShot('hostile', {options: {additionalArgs: hostile}}));
	const {command = [], args} = containerOf(await jobOf('hostile'), 'backup');
	// As the kubelet replaces $(NAME) in a command line.
	const {received, left} = await runScript(t, [...command, ...args].map(argument => expand(argument, {HOME: '/root'})));
	t.deepEqual(left, ['backup.log', 'exit-code', 'neo4j-admin', 'received'], 'nothing else was made');
	t.deepEqual(received.slice(-hostile.length), hostile);
	t.deepEqual(received.slice(0, 3), ['database', 'backup', '*']);
});

const spoiled = '$(touch made)';
const storage = {type: 's3', bucket: 'neo4j-backups'};
const refused: ReadonlyArray<readonly [field: string, spec: Readonly<Record<string, unknown>>]> = [
	['spec.target.name', {target: {kind: 'Database', name: spoiled, clusterRef: 'production-cluster'}}],
	['spec.target.clusterRef', {target: {kind: 'Database', name: 'mydb', clusterRef: spoiled}}],
	['spec.storage.bucket', {storage: {...storage, bucket: spoiled}}],
	['spec.storage.path', {storage: {...storage, path: spoiled}}],
	['spec.storage.cloud.credentialsSecretRef', {storage: {...storage, cloud: {provider: 'aws', credentialsSecretRef: spoiled}}}],
	['spec.storage.cloud.endpointURL', {storage: {...storage, cloud: {provider: 'aws', endpointURL: `https://s3/${spoiled}`}}}],
	['spec.storage.pvc.name', {storage: {type: 'pvc', pvc: {name: spoiled}}}],
	['spec.options.tempPath', {options: {tempPath: `/${spoiled}`}}],
	['spec.options.pageCache', {options: {pageCache: spoiled}}],
];

test('[X-040] a command in the place of a database, a path, a Secret or an argument is refused by name, or handed on as the text that it is', async t => {
	const {apply, jobOf} = await startDesk(t);
	for (const [field, spec] of refused) {
		const {message} = await t.throwsAsync(apply(oneShot('refused', spec)));
		t.true(message.includes(field), `${field}: ${message}`);
	}

	await apply(oneShot('hostile', {options: {additionalArgs: [spoiled]}}));
	const job = await jobOf('hostile');
	const commandLine = (name: string): readonly string[] => {
		const {command = [], args} = containerOf(job, name);
		return [...command, ...args].map(argument => expand(argument, {}));
	};

	// What the values of a Secret, the names that a server gives, and those of artifacts can be.
	const variables = {AWS_SECRET_ACCESS_KEY: spoiled, ARTIFACTS: `s3://bucket/${spoiled}/`};
	const backup = await runScript(t, commandLine('backup'), {variables, files: {databases: `${spoiled}\n\`touch made\`\n`}});
	t.is(backup.received.filter(argument => argument === spoiled).length, 2);
	t.true(backup.received.includes('`touch made`'));
	t.false(backup.left.includes('made'));
	const inspect = await runScript(t, commandLine('inspect'), {variables, files: {'backup.log': `Finished artifact creation '${spoiled}.backup'.\n`}});
	t.deepEqual(inspect.received.slice(0, 3), ['backup', 'inspect', `s3://bucket/${spoiled}/${spoiled}.backup`]);
	t.false(inspect.left.includes('made'));
});
