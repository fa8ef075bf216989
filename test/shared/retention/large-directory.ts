import {buildChains} from '#shared/catalogue/chains.ts';
import {type KnownArtifact} from '#shared/catalogue/artifacts.ts';
import {nextIndex, nextPart, writeIndex} from '#shared/catalogue/fold.ts';
import {type IndexedDatabase} from '#shared/catalogue/catalogue-index.ts';
import {openDirectory} from '#shared/catalogue/directory.ts';
import {type Owner, type RunManifest} from '#shared/catalogue/manifest.ts';
import {claimDirectory} from '#shared/catalogue/owner.ts';
import {noMarks, writePart} from '#shared/catalogue/part.ts';
import {writeManifest} from '#shared/catalogue/write.ts';
import {silentLog} from '#shared/log.ts';
import {plan} from '#shared/retention/plan.ts';
import {parsePolicy} from '#shared/retention/policy.ts';
import {defaultLimits, type SweepInput} from '#shared/retention/sweep-input.ts';
import {type Store} from '#shared/stores/store.ts';

export type Size = {readonly artifacts: number; readonly databases: number};

/**
What lies in the directory of one database, and which of it is to expire.
*/
export type DatabaseFiles = {readonly database: string; readonly kept: readonly string[]; readonly expired: readonly string[]};

export const owner: Owner = {cluster: 'cluster', namespace: 'neo4j', name: 'bench'};

/** Every artifact has this many bytes. */
export const artifactSize = 1;

/** One FULL and six differential backups. */
const chainLength = 7;
const hour = 60 * 60_000;
const spacing = 12 * hour;

/**
How many artifacts each database has: whole chains, and an even number of them, so that exactly half can go.
*/
export const perDatabase = ({artifacts, databases}: Size): number => Math.max(2, Math.round(artifacts / databases / chainLength / 2) * 2) * chainLength;

const retentionOf = (size: Size) => ({maxCount: perDatabase(size) / 2});

/**
What a sweep of such a directory is given, whatever its store: clocks of this machine, and nobody who changes anything meanwhile.
*/
export const sweepOf = (size: Size): Omit<SweepInput, 'store' | 'sweepID' | 'announce' | 'isOver'> => ({
	owner,
	policy: parsePolicy(retentionOf(size)),
	now: async () => new Date(),
	localNow: () => new Date(),
	changed: async () => undefined,
	log: silentLog(),
	limits: defaultLimits,
	wantedRuns: [],
});

export const databaseName = (number: number): string => `database${String(number).padStart(4, '0')}`;

/**
Writes the catalogue of a directory in which half of everything has been marked to expire for an hour, and one run came since. Each database is told as it is written, and not kept.
*/
export const writeDirectory = async (store: Store, size: Size, {now, onDatabase}: {now: Date; onDatabase: (files: DatabaseFiles) => Promise<void>}): Promise<void> => {
	await claimDirectory(store, owner);
	const directory = await openDirectory(store);
	const marked = new Date(now.getTime() - hour);
	const policy = parsePolicy(retentionOf(size));
	const databases = new Map<string, IndexedDatabase>();
	for (let number = 0; number < size.databases; number++) {
		const database = databaseName(number);
		const artifacts = history(database, perDatabase(size), now);
		const verdicts = plan({
			chains: buildChains(artifacts.map(artifact => ({...artifact, state: 'present'}))), policy, now, pins: [],
		});
		const going = verdicts.filter(({verdict}) => verdict === 'expire');
		const part = nextPart({
			database, artifacts: artifacts.map(artifact => ({...artifact, state: 'present'})), marks: noMarks,
		}, {
			expiring: going.map(({artifact: {name}, reason}) => ({name, since: marked.toISOString(), reason})), missing: [], deleted: [],
		}, {directory, now: marked});
		databases.set(database, {name: database, key: await writePart(store, part, 1), runs: []});
		await onDatabase({database, kept: verdicts.filter(({verdict}) => verdict === 'keep').map(({artifact: {name}}) => name), expired: going.map(({artifact: {name}}) => name)});
	}

	await writeIndex(store, nextIndex(directory, {databases, writer: 'bench', now: marked}));
	await writeManifest(store, lastRun(size, now));
};

/** The names of the last run's artifacts are not among those that were told. */
export const lastRun = ({databases}: Size, now: Date): RunManifest => {
	const time = new Date(now.getTime() - (2 * hour));
	const artifacts = Array.from({length: databases}, (_, number) => {
		const {runID: _runID, targetUID: _uid, targetVersion: _version, takenAt: _takenAt, orderTime: _orderTime, ...artifact} = artifactAt(databaseName(number), 0, time);
		return artifact;
	});
	return {
		version: 1, runID: runIDAt(time), trigger: 'schedule', startedAt: time.toISOString(), completedAt: time.toISOString(), attempt: 1, owner, type: 'AUTO', missing: [], artifacts, requested: artifacts.map(({database}) => database),
		target: {
			uid: 'target', kind: 'Neo4jEnterpriseCluster', namespace: 'neo4j', name: 'production', version: '2026.02.0',
		},
	};
};

const history = (database: string, count: number, now: Date): readonly KnownArtifact[] =>
	Array.from({length: count}, (_, position) => artifactAt(database, position, instantOf(position, count, now)));

/**
When the artifact in this place of so many was taken.
*/
export const instantOf = (position: number, count: number, now: Date): Date => new Date(now.getTime() - ((count - position) * spacing) - hour);

export const nameAt = (database: string, instant: Date): string => `${database}-${instant.toISOString().slice(0, 19).replaceAll(':', '-')}.backup`;

const artifactAt = (database: string, position: number, instant: Date): KnownArtifact => {
	const time = `${instant.toISOString().slice(0, 19)}Z`;
	const full = position % chainLength === 0;
	return {
		name: nameAt(database, instant),
		database,
		databaseID: `a3f1c8d2-0000-4000-8000-${database.slice(-4).padStart(12, '0')}`,
		timeline: '0',
		size: artifactSize,
		time,
		full,
		compressed: true,
		lowestTx: full ? 1 : (position * 10) + 1,
		highestTx: (position * 10) + 10,
		verification: 'notRequested',
		runID: runIDAt(instant),
		targetUID: 'target',
		targetVersion: '2026.02.0',
		takenAt: time,
		orderTime: time,
	};
};

const runIDAt = (instant: Date): string => `${instant.toISOString().slice(0, 19).replaceAll(/\D/gv, '')}-0000abcd`;
