import process from 'node:process';
import fc from 'fast-check';
import {artifact, at} from '../catalogue/history.ts';
import {type CatalogueArtifact} from '#shared/catalogue/artifacts.ts';
import {parsePolicy, type RetentionPolicy} from '#shared/retention/policy.ts';

/** Histories for a nightly run are set from outside; a test run makes do with fewer. */
export const histories = Number(process.env['RETENTION_HISTORIES'] ?? 5000);

export const today = at(100);

/**
An artifact, and what nobody but the simulated neo4j-admin knows: what it builds on. From 2026.02 on a differential backup that went on from another also builds on a newer FULL that it overlaps; either is enough.
*/
export type Taken = {readonly artifact: CatalogueArtifact; readonly parents: readonly Taken[]};

type Step = {
	readonly hours: number;
	readonly database: number;
	readonly kind: 'full' | 'diff' | 'empty' | 'recreate' | 'newTimeline' | 'newTarget';
	readonly transactions: number;
	readonly fate: 'good' | 'verified' | 'encrypted' | 'failed' | 'missing' | 'archived' | 'noBytes' | 'future';
	readonly preferDiff: boolean;
};

const step = fc.record<Step>({
	hours: fc.integer({min: 1, max: 150}),
	database: fc.integer({min: 0, max: 2}),
	kind: fc.oneof(
		{weight: 3, arbitrary: fc.constant('full')},
		{weight: 6, arbitrary: fc.constant('diff')},
		{weight: 2, arbitrary: fc.constant('empty')},
		{weight: 1, arbitrary: fc.constantFrom('recreate', 'newTimeline', 'newTarget')},
	),
	transactions: fc.integer({min: 1, max: 20}),
	fate: fc.oneof(
		{weight: 8, arbitrary: fc.constant('good')},
		{weight: 2, arbitrary: fc.constantFrom('verified', 'encrypted', 'failed', 'missing', 'archived', 'noBytes', 'future')},
	),
	preferDiff: fc.boolean(),
});

type Lineage = {id: number; timeline: number; target: number; tx: number; folder: Taken[]};

/**
Plays steps as neo4j-admin would: a differential backup takes the most recent file with transactions that lies in the folder for its parent (from 2026.02 on, with the flag, the most recent differential one), and becomes a FULL where there is none. What is encrypted is always a FULL, and to neo4j-admin it is not there. `versionAt` is the target's version at each step.
*/
const play = (steps: readonly Step[], versionAt: (step: number) => string): readonly Taken[] => {
	const lineages: Lineage[] = [0, 1, 2].map(() => ({
		id: 0, timeline: 0, target: 0, tx: 10, folder: [],
	}));
	const taken: Taken[] = [];
	let hours = 0;
	for (const [number, current] of steps.entries()) {
		hours += current.hours;
		const lineage = lineages[current.database]!;
		if (['recreate', 'newTimeline', 'newTarget'].includes(current.kind)) {
			Object.assign(lineage, {
				folder: [],
				tx: 10,
				...(current.kind === 'recreate' && {id: lineage.id + 1}),
				...(current.kind === 'newTimeline' && {timeline: lineage.timeline + 1}),
				...(current.kind === 'newTarget' && {target: lineage.target + 1}),
			});
		}

		const next = take(current, lineage, {days: hours / 24, version: versionAt(number)});
		taken.push(next);
		if (['good', 'verified', 'future'].includes(current.fate) && next.artifact.highestTx > 0) {
			lineage.folder.push(next);
		}
	}

	return taken;
};

const parentsOf = (current: Step, {folder}: Lineage, version: string): readonly Taken[] => {
	const newest = folder.at(-1);
	if (!newest || current.fate === 'encrypted' || (current.kind !== 'diff' && current.kind !== 'empty')) {
		return [];
	}

	const newestDiff = version === '2026.02.0' && current.preferDiff ? folder.findLast(({artifact: {full}}) => !full) : undefined;
	return newestDiff && newest.artifact.full ? [newestDiff, newest] : [newest];
};

const take = (current: Step, lineage: Lineage, {days, version}: {days: number; version: string}): Taken => {
	const parents = parentsOf(current, lineage, version);
	const [parent] = parents;
	const isEmpty = current.kind === 'empty' && parent !== undefined;
	lineage.tx += isEmpty ? 0 : current.transactions;
	const {fate} = current;
	const ahead = fate === 'future' ? 200 : 0;
	const range = isEmpty ? {lowestTx: 0, highestTx: 0} : {lowestTx: parent ? parent.artifact.highestTx + 1 : 1, highestTx: lineage.tx};
	const plain = artifact(days + ahead, {
		database: `db${current.database}`,
		databaseID: `id-${current.database}-${lineage.id}`,
		timeline: String(lineage.timeline),
		full: parent === undefined,
		size: fate === 'noBytes' ? 0 : 100,
		verification: verificationOf[fate] ?? 'notRequested',
		...(fate === 'encrypted' && {encryption: {algorithm: 'ChaCha20', keys: []}}),
		...range,
	});
	return {
		artifact: {
			...plain,
			name: fate === 'encrypted' ? `${plain.name}.age` : plain.name,
			takenAt: plain.time,
			orderTime: at(days).toISOString(),
			runID: `run-${days}`,
			targetUID: `target-${lineage.target}`,
			targetVersion: version,
			state: fate === 'missing' || fate === 'archived' ? fate : 'present',
		},
		parents,
	};
};

const verificationOf: Partial<Record<Step['fate'], CatalogueArtifact['verification']>> = {failed: 'failed', verified: 'passed'};

// Short histories find most faults and are quick; some faults take a long one.
const steps = fc.oneof({weight: 9, arbitrary: fc.array(step, {maxLength: 10})}, {weight: 1, arbitrary: fc.array(step, {maxLength: 40, size: '+1'})});

/**
Histories of three databases over some hundred days, with recreated databases, changed targets, restores, chains before, after and across the upgrade to 2026.02, and files that are encrypted, verified or not, failed, empty, missing, archived or dated in the future. Files of strangers are not here: a sweep never shows the planner what no manifest names.
*/
export const history: fc.Arbitrary<readonly Taken[]> = fc.tuple(steps, fc.constantFrom('5.26.3', '2026.01.4'), fc.constantFrom(0, 2, 4, 8, Infinity))
	.map(([steps, version, upgradedAt]) => play(steps, number => number < upgradedAt ? version : '2026.02.0'));

const count = (max: number) => fc.option(fc.integer({min: 1, max}), {nil: undefined});

export const policy: fc.Arbitrary<RetentionPolicy> = fc.record({
	maxAge: fc.option(fc.integer({min: 1, max: 90}).map(days => `${days}d`), {nil: undefined}),
	maxCount: count(12),
	minCount: fc.integer({min: 0, max: 4}),
	keep: fc.option(fc.record({
		hourly: count(5), daily: count(5), weekly: count(4), monthly: count(3), yearly: count(2),
	}), {nil: undefined}),
}).map(({maxAge, maxCount, minCount, keep}) => parsePolicy({
	minCount,
	maxAge: maxAge ?? (maxCount === undefined && keep === undefined ? '30d' : undefined),
	...(maxCount !== undefined && {maxCount}),
	...(keep && {keep: Object.fromEntries(Object.entries(keep).filter(([, value]) => value !== undefined))}),
} as Parameters<typeof parsePolicy>[0])).filter(parsed => parsed !== undefined);

/** Itself and all it needs, or undefined when one of them is no longer where neo4j-admin looks. */
export const needs = (taken: Taken): readonly Taken[] | undefined => {
	const {artifact: {state, verification, size}, parents} = taken;
	if (state !== 'present' || verification === 'failed' || size === 0) {
		return undefined;
	}

	// The newest parent first: the planner counts on the FULL where both are there.
	const rest = parents.length === 0 ? [] : parents.toReversed().map(parent => needs(parent)).find(found => found !== undefined);
	return rest && [taken, ...rest];
};

/** To be restored to by the truth of the simulation: good with all it needs, with transactions, not in the future. */
export const isTruePoint = (taken: Taken): boolean =>
	taken.artifact.highestTx > 0 && Date.parse(taken.artifact.takenAt) <= today.getTime() && needs(taken) !== undefined;

export {day} from '../catalogue/history.ts';
