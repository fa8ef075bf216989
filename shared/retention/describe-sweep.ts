import {type CatalogueArtifact} from '../catalogue/artifacts.ts';
import {type Catalogue} from '../catalogue/read.ts';
import {storageSummary} from '../catalogue/summary.ts';
import {present} from '../present.ts';
import {judgeSweep} from './judge-sweep.ts';
import {firstRetry, nextSweepTime} from './next-sweep.ts';
import {
	noSweep, type RunFacts, type SweepOutcome, type SweepPlan,
} from './sweep-outcome.ts';
import {type Verdict} from './plan.ts';
import {type Refusal} from './refusal.ts';
import {
	deletedArtifacts, expiryOf, isMoved, type Settled,
} from './settle-sweep.ts';
import {type SweepInput} from './sweep-input.ts';

/** Names that a status shows of a longer list. */
const shown = 20;

/**
The outcome of a sweep that looked at nothing, or could not.
*/
export const refusedOutcome = ({sweepID, policy, limits}: SweepInput, {reason, message}: Refusal, now: Date): SweepOutcome => noSweep({
	sweepID,
	mode: policy?.mode ?? 'Enforce',
	reason,
	message,
	now,
	next: nextSweepTime({
		reason, policy, verdicts: [], marks: [], now, graceMs: limits.graceMs,
	}),
});

/**
The outcome of a sweep that planned, whatever it could carry out of its plan.
*/
export const describeSweep = (input: SweepInput, catalogue: Catalogue, ended: Settled & {now: Date}): SweepOutcome => {
	const {verdicts, work, marks, now} = ended;
	const {sweepID, policy, limits} = input;
	const {reason, message} = judgeSweep(input, ended);
	const deleted = deletedArtifacts(work);
	return {
		sweepID,
		mode: policy?.mode ?? 'Enforce',
		reason,
		message,
		endedAt: now.toISOString(),
		...present({
			nextSweepTime: nextSweepTime({
				reason, policy, verdicts, marks, now, graceMs: limits.graceMs, ...present({unlocked: firstRetry(work.failures)}),
			})?.toISOString(),
			plan: policy && planOf(verdicts),
			lastExpiry: expiryOf(work, now) ?? catalogue.index?.lastExpiry,
		}),
		kept: verdicts.filter(({verdict}) => verdict === 'keep').length,
		expiring: policy?.mode === 'Plan' ? 0 : marks.length,
		deletedCount: deleted.length,
		deleted,
		failureCount: work.failures.length,
		failures: work.failures.map(failure => ({name: failure.name, reason: failure.reason})),
		storage: storageSummary({artifacts: artifactsAfter(input, catalogue, work)}),
		runs: factsOf(catalogue, input.wantedRuns),
	};
};

const artifactsAfter = ({store}: SweepInput, {artifacts}: Catalogue, {gone}: Settled['work']): readonly CatalogueArtifact[] => {
	const verdicts = new Map(gone.map(verdict => [verdict.artifact.name, verdict]));
	const archived = store.archiving.folder === undefined ? 'archivedInPlace' : 'archived';
	return artifacts.flatMap((artifact): readonly CatalogueArtifact[] => {
		const verdict = verdicts.get(artifact.name);
		return verdict ? (isMoved(verdict) ? [{...artifact, state: archived}] : []) : [artifact];
	});
};

const planOf = (verdicts: readonly Verdict[]): SweepPlan => {
	const count = (wanted: Verdict['verdict']) => verdicts.filter(({verdict}) => verdict === wanted).length;
	const going = verdicts.filter(({verdict}) => verdict !== 'keep');
	const staying = verdicts.filter(({verdict}) => verdict === 'keep');
	return {
		keep: count('keep'),
		expire: count('expire'),
		archive: count('archive'),
		artifacts: [...going, ...staying].slice(0, shown).map(({artifact: {name}, verdict, reason}) => ({name, verdict, reason})),
	};
};

const factsOf = ({runs}: Catalogue, wanted: readonly string[]): readonly RunFacts[] => runs
	.filter(({manifest: {runID}}) => wanted.includes(runID))
	.map(({manifest: {runID, artifacts}}) => ({
		runID,
		bytes: sum(artifacts.map(({size}) => size)),
		artifactCount: artifacts.length,
		artifacts: artifacts.slice(0, shown).map(({name, database, size, full}) => ({
			name, database, size, full,
		})),
	}));

const sum = (numbers: readonly number[]): number => {
	let total = 0;
	for (const number of numbers) {
		total += number;
	}

	return total;
};
