import {readdir, writeFile} from 'node:fs/promises';
import test from 'ava';
import {createShelf, type Shelf} from '../../jobs/fetch/shelf.ts';
import {runCommandLine} from '../command-line.ts';
import {type FetchReport} from '../../../cli/fetch/render-fetch.ts';

const manifestOf = async ({location, folder}: Shelf, storage: Readonly<Record<string, unknown>> = {}): Promise<string> => {
	const file = `${folder}.json`;
	await writeFile(file, JSON.stringify({
		apiVersion: 'neo4j.neo4j.com/v1alpha1',
		kind: 'Neo4jBackup',
		metadata: {name: 'daily', namespace: 'neo4j'},
		spec: {
			target: {kind: 'Cluster', name: 'production'}, storage: {
				type: 'pvc', pvc: {name: 'backup-storage'}, path: location.path, ...storage,
			},
		},
	}));
	return file;
};

test('what lies on a mounted claim is fetched by the manifest, and the command that restores it names the last file of the chain', async t => {
	const shelf = await createShelf(t);
	const names = [await shelf.put(1, {highestTx: 20}), await shelf.put(2, {full: false, lowestTx: 21, highestTx: 30})];
	const words = ['fetch', '-f', await manifestOf(shelf), '--mounted', shelf.location.root!, '--into', shelf.folder];
	const {code, output, errors} = await runCommandLine(words);
	t.is(code, 0);
	t.is(errors, '');
	t.regex(output, /^Database neo4j as of 2026-01-03T00:00:00\.000Z, transaction 30: 2 files, 400KB, in \S+\/into$/mv);
	t.true(output.includes(`\n  neo4j-admin database restore neo4j --from-path=${shelf.folder}/${names[1]} --overwrite-destination=true\n`));
	t.true(output.includes('with Neo4j 2026.02.0 or newer'));
	t.deepEqual(new Set(await readdir(shelf.folder)), new Set(names));
	const json = await runCommandLine([...words, '-o', 'json']);
	const {databases: [database]} = JSON.parse(json.output) as FetchReport;
	t.deepEqual(database?.files.map(({state}) => state), ['present', 'present']);
	t.deepEqual(database?.restore, ['neo4j-admin', 'database', 'restore', 'neo4j', `--from-path=${shelf.folder}/${names[1]}`, '--overwrite-destination=true']);
});

test('a dry run, an instant and a run say what would be fetched', async t => {
	const shelf = await createShelf(t);
	await shelf.put(1);
	await shelf.put(2);
	const words = ['fetch', '-f', await manifestOf(shelf), '--mounted', shelf.location.root!, '--into', shelf.folder, '--dry-run'];
	const before = await runCommandLine([...words, '--before', '2026-01-02T01:00:00+01:00']);
	t.regex(before.output, /as of 2026-01-02T00:00:00\.000Z.*would lie in.*Nothing was fetched/sv);
	const run = await runCommandLine([...words, '--run', '20260102000000-0000abcd']);
	t.regex(run.output, /as of 2026-01-02T00:00:00\.000Z/v);
	await t.throwsAsync(readdir(shelf.folder), {code: 'ENOENT'});
});

test('words that do not go together, or name nothing, are refused with the way out', async t => {
	const shelf = await createShelf(t);
	await shelf.put(1);
	const file = await manifestOf(shelf);
	const refused = async (...words: readonly string[]) => {
		const {code, errors} = await runCommandLine(['fetch', ...words]);
		return `${code} ${errors}`;
	};

	t.regex(await refused('daily'), /^2 error: required option '--into <folder>' not specified/v);
	t.regex(await refused('--into', shelf.folder), /^1 error: name: say which Neo4jBackup, or give its manifest with -f, and not both/v);
	t.regex(await refused('-f', file, '--into', shelf.folder), /^1 error: spec\.storage: the backups lie on claim backup-storage, which only a Pod can read\. Mount the claim/v);
	t.regex(await refused('-f', file, '--into', 'a,b', '--mounted', '/mnt'), /has a comma, at which neo4j-admin would end the path/v);
	t.regex(await refused('-f', file, '--into', shelf.folder, '--before', 'yesterday'), /^2 .*Write an instant with its zone/v);
	t.regex(await refused('-f', file, '--into', shelf.folder, '--before', '2026-01-02T00:00:00Z', '--run', 'x'), /^2 .*cannot be used with/v);
	const azure = await manifestOf(shelf, {type: 'azure', bucket: 'backups', pvc: undefined});
	t.regex(await refused('-f', azure, '--into', shelf.folder), /no Azure storage account is known; set it, or AZURE_STORAGE_ACCOUNT in the environment/v);
});
