import {type CatalogueArtifact} from '#shared/catalogue/artifacts.ts';
import {buildChains} from '#shared/catalogue/chains.ts';
import {nextBackupType} from '#shared/catalogue/next-type.ts';
import {compactTime} from '#shared/api/names.ts';
import {present} from '#shared/present.ts';
import {plan, type Verdict} from '#shared/retention/plan.ts';
import {type RetentionPolicy} from '#shared/retention/policy.ts';
import {type ScheduleEntry} from '#shared/schedule/entries.ts';

export type DueRun = {readonly instant: Date; readonly type: ScheduleEntry['backupType']};

export type DirectoryInput = {
	/** Undefined: nothing expires. */
	readonly policy: RetentionPolicy | undefined;
	/** Undefined: no limit. */
	readonly maxChainLength?: number;
	/** Whether every run is a FULL whatever the schedule says, as with encryption. */
	readonly alwaysFull: boolean;
	/** Bytes of one artifact of each kind. */
	readonly sizes: {readonly full: number; readonly differential: number};
};

/** A chain of one database, as it went. */
export type PlayedChain = {
	readonly from: Date;
	/** When its last member was taken. */
	readonly last: Date;
	/** When it was deleted or archived; absent while it is there. */
	readonly gone?: Date;
	readonly became?: 'deleted' | 'archived';
	/** When each was taken. */
	readonly members: readonly Date[];
	readonly bytes: number;
};

export type DirectoryTotals = {readonly backups: number; readonly chains: number; readonly bytes: number; readonly archivedBytes: number; readonly expired: number};

export type SimulatedDirectory = {
	/** Takes a backup, and sweeps. */
	readonly run: (due: DueRun) => void;
	readonly totals: () => DirectoryTotals;
	/** All there were, by their beginning. */
	readonly chains: () => readonly PlayedChain[];
};

/** As an installation has it when nothing else is said. */
const graceMs = 10 * 60_000;

const database = 'simulated';
const target = {
	uid: 'simulated', kind: 'Neo4jEnterpriseCluster', namespace: 'simulated', name: 'simulated',
};

/**
A directory of one database, in which runs put backups and sweeps mark what may go, and delete it with a later sweep.
*/
export const createDirectory = ({policy, maxChainLength, alwaysFull, sizes}: DirectoryInput): SimulatedDirectory => {
	let live: readonly CatalogueArtifact[] = [];
	/** Those since the last FULL: all that the next run has to know. */
	let newest: readonly CatalogueArtifact[] = [];
	let next: 'FULL' | 'AUTO' | undefined;
	let transaction = 0;
	let archivedBytes = 0;
	let expired = 0;
	const gone: PlayedChain[] = [];
	/** When each was marked. */
	const marks = new Map<string, number>();

	const remove = (members: readonly Verdict[], now: Date): void => {
		const artifacts = members.map(({artifact}) => artifact);
		const became = members[0]!.verdict === 'archive' ? 'archived' : 'deleted';
		gone.push({...summaryOf(artifacts), gone: now, became});
		expired += artifacts.length;
		archivedBytes += became === 'archived' ? bytesOf(artifacts) : 0;
		const names = new Set(artifacts.map(({name}) => name));
		live = live.filter(({name}) => !names.has(name));
		for (const name of names) {
			marks.delete(name);
		}
	};

	const sweep = (now: Date): void => {
		const verdicts = plan({
			chains: buildChains(live), policy, now, pins: [],
		});
		for (const members of Map.groupBy(verdicts, ({chain}) => chain).values()) {
			const names = members.map(({artifact: {name}}) => name);
			if (members.some(({verdict}) => verdict === 'keep')) {
				for (const name of names) {
					marks.delete(name);
				}
			} else if (names.every(name => now.getTime() - (marks.get(name) ?? Number.POSITIVE_INFINITY) >= graceMs)) {
				remove(members, now);
			} else {
				for (const name of names.filter(name => !marks.has(name))) {
					marks.set(name, now.getTime());
				}
			}
		}
	};

	return {
		run({instant, type}) {
			const full = alwaysFull || newest.length === 0 || type === 'FULL' || next === 'FULL';
			transaction++;
			const taken = artifactOf({
				instant, full, transaction, size: full ? sizes.full : sizes.differential,
			});
			live = [...live, taken];
			newest = full ? [taken] : [...newest, taken];
			next = nextBackupType({
				catalogue: {artifacts: newest},
				policy: present({maxChainLength, maxCount: policy?.maxCount, maxAgeMs: policy?.maxAge?.milliseconds}),
				run: {
					type: full ? 'FULL' : 'DIFF', requested: [database], missing: [], target, artifacts: [taken],
				},
				wanted: type,
				now: instant,
			});
			sweep(instant);
		},
		totals: () => ({
			backups: live.length, chains: buildChains(live).length, bytes: bytesOf(live), archivedBytes, expired,
		}),
		chains: () => [...gone, ...buildChains(live).map(({members}) => summaryOf(members))].toSorted((one, other) => one.from.getTime() - other.from.getTime()),
	};
};

type Taken = {readonly instant: Date; readonly full: boolean; readonly transaction: number; readonly size: number};

const artifactOf = ({instant, full, transaction, size}: Taken): CatalogueArtifact => {
	const time = instant.toISOString();
	return {
		name: `${database}-${time.slice(0, 19).replaceAll(':', '-')}.backup`,
		database,
		databaseID: database,
		timeline: 'simulated',
		size,
		time,
		takenAt: time,
		orderTime: time,
		full,
		compressed: true,
		lowestTx: full ? 1 : transaction,
		highestTx: transaction,
		verification: 'notRequested',
		runID: `${compactTime(instant)}-00000000`,
		targetUID: target.uid,
		state: 'present',
	};
};

const bytesOf = (artifacts: ReadonlyArray<{readonly size: number}>): number => artifacts.reduce((sum, {size}) => sum + size, 0);

const summaryOf = (artifacts: readonly CatalogueArtifact[]): PlayedChain => ({
	from: new Date(artifacts[0]!.time),
	last: new Date(artifacts.at(-1)!.time),
	members: artifacts.map(({time}) => new Date(time)),
	bytes: bytesOf(artifacts),
});
