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

/** Runs the command line of a container with a neo4j-admin that only writes down its arguments, and answers them. */
const argumentsReceived = async (t: ExecutionContext, argv: readonly string[], count: number): Promise<readonly string[]> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'verbatim-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const stub = path.join(folder, 'neo4j-admin');
	await writeFile(stub, '#!/bin/sh\nfor argument do printf \'%s\\0\' "$argument" >> received; done\n');
	await chmod(stub, 0o755);
	const [command = '', ...rest] = argv;
	const child = spawn(command, rest, {env: {PATH: `${folder}:/usr/bin:/bin`, RUN_FOLDER: folder, DATABASE_COUNT: String(count)}, stdio: 'ignore'});
	await once(child, 'close');
	const received = await readFile(path.join(folder, 'received'), 'utf8');
	const files = await readdir(folder);
	t.deepEqual(files.toSorted(), ['backup.log', 'exit-code', 'neo4j-admin', 'received'], 'nothing else was made');
	return received.split('\0').slice(0, -1);
};

const hostile = ['--verbose', '; touch made', '$(touch made)', '`touch made`', '"', '\'', '$HOME', '$(HOME)', '* ?', 'two\nlines', '--verbose', '\\'];

test('[B-124] further arguments reach neo4j-admin verbatim and in order, one element one argument, and mean nothing to a shell', async t => {
	const {apply, jobOf} = await startDesk(t);
	await apply(oneShot('hostile', {options: {additionalArgs: hostile}}));
	const {command = [], args} = containerOf(await jobOf('hostile'), 'backup');
	// As the kubelet replaces $(NAME) in a command line.
	const received = await argumentsReceived(t, [...command, ...args].map(argument => expand(argument, {HOME: '/root'})), 1);
	t.deepEqual(received.slice(-hostile.length), hostile);
	t.deepEqual(received.slice(0, 3), ['database', 'backup', '*']);
});
