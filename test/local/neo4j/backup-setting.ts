import {type ExecutionContext} from 'ava';
import {
	emptyFolder, type Ended, neo4jAdmin, type Surroundings,
} from './run-neo4j-admin.ts';
import {type DbmsOptions, type RunningDbms, startDbms} from '#local/neo4j/server.ts';

const servers = ['server-0:6362', 'server-1:6362'];

export type Setting = {
	readonly dbms: RunningDbms;
	readonly folder: string;
	/** `neo4j-admin database backup …` from all servers into the folder. */
	readonly backup: (argv: readonly string[], surroundings?: Surroundings) => Promise<Ended>;
	/** The rows of `backup inspect --format=JSON --empty`, oldest first. */
	readonly inspect: () => Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>;
};

/**
A DBMS of two servers and an empty folder to back it up into.
*/
export const set = async (t: ExecutionContext, options: Partial<DbmsOptions> = {}): Promise<Setting> => {
	const dbms = await startDbms({servers, version: '2025.12.0', ...options});
	t.teardown(dbms.close);
	const folder = await emptyFolder(t);
	const LOCAL_HOSTS = JSON.stringify(dbms.hosts());
	return {
		dbms,
		folder,
		async backup(argv, {env, ...rest} = {}) {
			const where = [`--from=${dbms.backupAddresses.join(',')}`, `--to-path=${folder}`];
			return neo4jAdmin(['database', 'backup', ...argv, ...where], {...rest, env: {LOCAL_HOSTS, ...env}});
		},
		async inspect() {
			const {stdout} = await neo4jAdmin(['backup', 'inspect', folder, '--format=JSON', '--empty']);
			return (JSON.parse(stdout) as Array<Readonly<Record<string, unknown>>>).toReversed();
		},
	};
};

/**
Each backup of a test is an hour later than the one before.
*/
export const atHour = (hour: number): Surroundings => ({env: {FAKE_TIME: `2026-03-04T${String(hour).padStart(2, '0')}:00:00Z`}});

/**
The artifacts as `FULL 1-5`.
*/
export const ranges = (rows: ReadonlyArray<Readonly<Record<string, unknown>>>): readonly string[] =>
	rows.map(row => `${row['full'] === true ? 'FULL' : 'DIFF'} ${String(row['lowestTx'])}-${String(row['highestTx'])}`);
