import type {ExecutionContext} from 'ava';
import {argumentsOf, type JobObject} from '../launch-backup/desk.ts';
import {startScenario, type Scenario} from '../scenario.ts';
import {type Manifest} from '#shared/kube/object.ts';
import {type BackupSpec} from '#shared/runs/status.ts';

/**
A bucket or container, of a stand-in or a real server, as a user's manifests and the vendor's own client see it.
*/
export type FlowStore = {
	readonly storage: Pick<BackupSpec['storage'], 'type' | 'bucket' | 'cloud'>;
	/** The Secret that `storage.cloud.credentialsSecretRef` names. */
	readonly secret: Readonly<Record<string, string>>;
	/** The directory `path` as neo4j-admin is told it. */
	readonly uri: (path: string) => string;
	/** Every key of the bucket, by the vendor's client, in order. */
	readonly keys: () => Promise<readonly string[]>;
	readonly put: (key: string) => Promise<void>;
	/** Why each run is a FULL, where neo4j-admin cannot reach the store by itself. */
	readonly alwaysFull?: boolean;
};

export type Flow = {
	readonly scenario: Scenario;
	/** Keys of the bucket after each minute, but for those that were there before. */
	readonly seen: ReadonlyArray<readonly string[]>;
	readonly firstJob: JobObject;
	readonly directory: string;
};

const path = 'team+a/daily/';

/** Beside the directory, and of others. */
const strangers = ['team+a/daily-2/mydb-2020-01-01T00-00-00.backup', 'team+a/daily.txt', 'team+a/other/x', 'team a/daily/x'];

/**
The main job against one store: a run each minute, full and differential in turn, of one database, and retention that keeps one chain. Four runs in, the first chain is gone; two show how a chain is written. Asserts that the directory, and nothing beside it, holds what it should.

A real store has a clock of its own, so that the scenario starts at the real time and stays within the five minutes that clocks may be apart.
*/
export const runFlow = async (t: ExecutionContext, store: FlowStore, runs: 2 | 4 = 4): Promise<Flow> => {
	const scenario = await startScenario(t, {start: new Date(Date.now() - 60_000).toISOString(), graceMs: 30_000, databases: ['mydb', 'neo4j']});
	const {apply, backup, jobs, minutes, dbms} = scenario;
	await Promise.all(strangers.map(async key => store.put(key)));
	const metadata = {name: store.storage.cloud!.credentialsSecretRef!};
	await apply({
		apiVersion: 'v1', kind: 'Secret', metadata, stringData: store.secret,
	}, dailyBackup(store));

	const seen: Array<readonly string[]> = [];
	let firstJob: JobObject | undefined;
	for (let minute = 0; minute < runs; minute++) {
		await minutes(1);
		const started = await jobs();
		firstJob ??= started.find(job => job.metadata.labels?.['app.kubernetes.io/component'] === 'backup') as JobObject | undefined;
		const keys = await store.keys();
		t.deepEqual(keys.filter(key => strangers.includes(key)), strangers.toSorted(), 'what is not of this CR stays');
		seen.push(keys.filter(key => !strangers.includes(key)));
		dbms.write('mydb', 5);
	}

	const {status} = await backup('daily');
	t.true(status?.history?.every(run => run.status === 'Succeeded'), JSON.stringify(status?.conditions));
	t.is(status?.conditions?.find(({type}) => type === 'RetentionEnforced')?.status, 'True', JSON.stringify(status?.conditions));
	assertWritten(t, seen);
	if (runs === 4) {
		assertExpired(t, seen, store.alwaysFull === true);
	}

	return {
		scenario, seen, firstJob: firstJob!, directory: path,
	};
};

const dailyBackup = ({storage}: FlowStore): Manifest => ({
	apiVersion: 'neo4j.neo4j.com/v1alpha1',
	kind: 'Neo4jBackup',
	metadata: {name: 'daily'},
	spec: {
		target: {kind: 'Database', name: 'mydb', clusterRef: 'production-cluster'},
		storage: {...storage, path},
		schedule: '* * * * *',
		retention: {maxCount: 1},
		options: {backupType: 'AUTO', maxChainLength: 2},
	},
});

const artifactsIn = (keys: readonly string[]): readonly string[] => keys.filter(key => key.endsWith('.backup'));

const catalogueIn = (keys: readonly string[]): readonly string[] => keys.filter(key => key.startsWith(`${path}.neo4j-backup/`)).map(key => key.slice(`${path}.neo4j-backup/`.length));

const assertWritten = (t: ExecutionContext, seen: Flow['seen']): void => {
	const [first = [], second = []] = seen;
	t.true(seen.flat().every(key => key.startsWith(path)), 'nothing is written beside the directory');
	t.true(seen.flatMap(keys => artifactsIn(keys)).every(key => /^team\+a\/daily\/mydb-[^\/]+\.backup$/v.test(key)), 'artifacts of this database alone, and all in the one folder');
	t.deepEqual([first, second].map(keys => artifactsIn(keys).length), [1, 2]);
	t.deepEqual([first, second].map(keys => catalogueIn(keys).filter(key => /^runs\/[^\/]+\.json$/v.test(key)).length), [1, 2], 'one manifest for each run');
	t.true(catalogueIn(first).includes('owner.json'));
};

const assertExpired = (t: ExecutionContext, [first = [],, third = [], last = []]: Flow['seen'], alwaysFull: boolean): void => {
	t.is(artifactsIn(third).length, alwaysFull ? 2 : 3, 'a chain that is marked goes after its grace');
	t.false(last.includes(artifactsIn(first)[0]!), 'the first chain is gone');
	t.true(artifactsIn(last).length > 0);
	t.true(catalogueIn(last).some(key => /^index-\d+\.json$/v.test(key)));
};

/**
The command line of the first Job names the database alone, and where to: the store itself, or a folder from which our own image moves the artifacts.
*/
export const assertCommandLine = (t: ExecutionContext, {firstJob, directory}: Flow, store: FlowStore): void => {
	const argv = argumentsOf(firstJob);
	t.deepEqual(argv.filter(argument => !argument.startsWith('--')), ['neo4j-admin', 'database', 'backup', 'mydb']);
	const toPath = argv.find(argument => argument.startsWith('--to-path='));
	t.is(toPath, `--to-path=${store.alwaysFull ? '/backup-artifacts/' : store.uri(directory)}`);
};
