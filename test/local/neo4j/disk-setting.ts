import {tmpdir} from 'node:os';
import path from 'node:path';
import {type ExecutionContext} from 'ava';
import neo4j from 'neo4j-driver';
import {set, type Setting} from './backup-setting.ts';
import {emptyFolder} from './run-neo4j-admin.ts';
import {runProgram} from '#local/neo4j/admin/program.ts';
import {parseVersion} from '#local/neo4j/admin/version.ts';
import {type DbmsOptions, startDbms, type RunningDbms} from '#local/neo4j/server.ts';

export type Ended = {readonly code: number; readonly output: string};

export type DiskSetting = Pick<Setting, 'dbms' | 'folder'> & {
	/** `neo4j-admin database backup …` from all servers into the folder, in this process. */
	readonly backup: (argv: readonly string[]) => Promise<Ended>;
	/** The servers, by ordinal, as SHOW DATABASES names them in `address`. */
	readonly servers: readonly string[];
	/** Runs a statement, on `system` unless told, and answers its rows as objects. */
	readonly rows: (query: string, parameters?: Record<string, unknown>, database?: string) => Promise<ReadonlyArray<Record<string, unknown>>>;
	/** How many nodes a query finds in a database. */
	readonly nodes: (database: string) => Promise<unknown>;
	/** `neo4j-admin database restore …` on the disk of one server, with the newest backup of the folder, in this process. */
	readonly restore: (ordinal: number, argv: readonly string[]) => Promise<Ended>;
	/** Ends the DBMS and starts one on the same disks, which is asked from then on. */
	readonly startAnew: () => Promise<RunningDbms>;
	/** A file below the data folder of a server. */
	readonly data: (ordinal: number, file: string) => string;
	/** The id of a server. */
	readonly id: (ordinal: number) => Promise<unknown>;
};

/**
A DBMS whose servers have a disk each, three unless told, and a folder for its backups.
*/
export const setDisks = async (t: ExecutionContext, options: Partial<DbmsOptions> = {}): Promise<DiskSetting> => {
	const root = await emptyFolder(t);
	const home = (ordinal: number): string => path.join(root, `server-${ordinal}`);
	const servers = options.servers ?? ['server-0:6362', 'server-1:6362', 'server-2:6362'];
	const all: Partial<DbmsOptions> = {
		servers, databases: ['mydb'], password: 'secret', dataFolder: address => path.join(home(servers.indexOf(address)), 'data'), ...options,
	};
	const {dbms, folder} = await set(t, all);
	let asked = dbms;
	const rows: DiskSetting['rows'] = async (query, parameters = {}, database = 'system') => {
		const driver = neo4j.driver(asked.boltUrl, neo4j.auth.basic('neo4j', 'secret'), {disableLosslessIntegers: true, maxTransactionRetryTime: 0});
		try {
			const {records} = await driver.executeQuery(query, parameters, {database});
			return records.map(record => record.toObject());
		} finally {
			await driver.close();
		}
	};

	return {
		dbms,
		folder,
		backup: async argv => neo4jAdmin(['database', 'backup', ...argv, `--from=${dbms.backupAddresses.join(',')}`, `--to-path=${folder}`], {LOCAL_HOSTS: JSON.stringify(dbms.hosts())}),
		servers: servers.map(address => address.replace(':6362', ':7687')),
		rows,
		async nodes(database) {
			const [row] = await rows('MATCH (n) RETURN count(n) AS nodes', {}, database);
			return row?.['nodes'];
		},
		restore: async (ordinal, argv) => neo4jAdmin(['database', 'restore', `--from-path=${folder}`, ...argv], {NEO4J_HOME: home(ordinal)}),
		async startAnew() {
			await dbms.close();
			asked = await startDbms({servers, version: '2025.12.0', ...all});
			t.teardown(asked.close);
			return asked;
		},
		data: (ordinal, file) => path.join(home(ordinal), 'data', file),
		async id(ordinal) {
			const found = await rows('SHOW SERVERS YIELD serverId, address');
			return found[ordinal]?.['serverId'];
		},
	};
};

const neo4jAdmin = async (argv: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> => {
	const lines: string[] = [];
	const write = (line: string): void => {
		lines.push(line);
	};

	const code = await runProgram(argv, {
		version: parseVersion('2025.12.0'), env, cwd: tmpdir(), now: () => new Date(), print: write, printError: write,
	});
	return {code, output: lines.join('\n')};
};
