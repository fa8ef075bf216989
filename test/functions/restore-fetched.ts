import {Buffer} from 'node:buffer';
import {
	mkdtemp, readFile, rm, writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {type ExecutionContext} from 'ava';
import {type FetchReport} from '../../cli/fetch/render-fetch.ts';
import {type Scenario} from './scenario.ts';
import {runCommandLine} from '#test/cli/command-line.ts';
import {neo4jAdmin} from '#test/local/neo4j/run-neo4j-admin.ts';
import {encodeTransactions} from '#local/neo4j/transactions.ts';

/**
An empty folder, and the words by which the command line finds the cluster of a scenario.
*/
export const withKubeconfig = async (t: ExecutionContext, {runtime}: Pick<Scenario, 'runtime'>): Promise<{readonly folder: string; readonly words: readonly string[]}> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'fetched-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	const kubeconfig = path.join(folder, 'kubeconfig');
	await writeFile(kubeconfig, runtime.kubeconfig);
	return {folder, words: ['--namespace', 'neo4j', '--kubeconfig', kubeconfig]};
};

type Restoring = {
	readonly environment?: NodeJS.ProcessEnv;
	/** Transactions that were written after the backup that is restored. */
	readonly unsaved?: number | Readonly<Record<string, number>>;
};

/**
Fetches by the command line, runs the command that it prints on a server without data, and asserts that each database has exactly the transactions that were backed up.
*/
export const restored = async (t: ExecutionContext, {dbms}: Pick<Scenario, 'dbms'>, command: readonly string[], {environment = {}, unsaved = 0}: Restoring = {}): Promise<FetchReport> => {
	const {code, output, errors} = await runCommandLine([...command, '-o', 'json'], {environment});
	t.is(code, 0, errors);
	const report = JSON.parse(output) as FetchReport;
	for (const {database, restore = []} of report.databases) {
		const home = await mkdtemp(path.join(report.folder, 'home-'));
		const ended = await neo4jAdmin(restore.slice(1), {env: {NEO4J_HOME: home}});
		t.is(ended.code, 0, ended.stderr);
		const store = await readFile(path.join(home, 'data/databases', database, 'transactions'));
		const {transactions} = dbms.databases().find(one => one.name === database)!;
		const lost = typeof unsaved === 'number' ? unsaved : unsaved[database]!;
		const saved = Buffer.concat([...encodeTransactions(transactions.slice(0, transactions.length - lost))]);
		t.is(Buffer.compare(store, saved), 0, `${database} as it was backed up, transaction by transaction`);
	}

	return report;
};
