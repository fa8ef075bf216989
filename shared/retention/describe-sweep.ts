import {formatBytes} from '../api/sizes.ts';
import {type Catalogue} from '../catalogue/read.ts';
import {storageSummary} from '../catalogue/summary.ts';
import {present} from '../present.ts';
import {nextSweepTime} from './next-sweep.ts';
import {
	noSweep, type RunFacts, type SweepOutcome, type SweepPlan, type SweepReason,
} from './sweep-outcome.ts';
import {type Verdict} from './plan.ts';
import {type RetentionPolicy} from './policy.ts';
import {type Refusal} from './refusal.ts';
import {deletedArtifacts, type Settled} from './settle-sweep.ts';
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
	const {reason, message} = judge(input, ended);
	const deleted = deletedArtifacts(work);
	const gone = new Set(work.gone.map(({artifact: {name}}) => name));
	return {
		sweepID,
		mode: policy?.mode ?? 'Enforce',
		reason,
		message,
		endedAt: now.toISOString(),
		...present({
			nextSweepTime: nextSweepTime({
				reason, policy, verdicts, marks, now, graceMs: limits.graceMs,
			})?.toISOString(),
			plan: policy && planOf(verdicts),
		}),
		kept: verdicts.filter(({verdict}) => verdict === 'keep').length,
		expiring: policy?.mode === 'Plan' ? 0 : marks.length,
		deletedCount: deleted.length,
		deleted,
		failureCount: work.failures.length,
		failures: work.failures.map(failure => ({name: failure.name, reason: failure.reason})),
		storage: storageSummary({artifacts: catalogue.artifacts.filter(({name}) => !gone.has(name))}),
		runs: factsOf(catalogue, input.wantedRuns),
	};
};

const judge = ({policy}: SweepInput, {verdicts, work, marks}: Settled): {reason: SweepReason; message: string} => {
	const stays = verdicts.filter(({verdict}) => verdict === 'keep').length;
	const archive = verdicts.filter(({verdict}) => verdict === 'archive').length;
	if (!policy) {
		return {reason: 'NoPolicy', message: 'spec.retention lets nothing expire'};
	}

	if (policy.mode === 'Plan') {
		return {reason: 'Planned', message: `${verdicts.length - stays} artifacts would go and ${stays} would stay; mode Plan touches nothing`};
	}

	if (archive > 0) {
		return {reason: 'ArchiveNotSupported', message: `${archive} artifacts are past policy and stay where they are: deletePolicy Archive is not supported yet`};
	}

	return deletionJudgement({work, marks, stays}, policy) ?? (marks.length > 0
		? {reason: 'Marked', message: `${marks.length} artifacts are marked to expire and go with a later sweep; ${stays} stay`}
		: {reason: 'UpToDate', message: `Nothing expires; ${stays} artifacts stay`});
};

const deletionJudgement = ({work, marks, stays}: Omit<Settled, 'verdicts'> & {stays: number}, {versions}: RetentionPolicy): {reason: SweepReason; message: string} | undefined => {
	const {failures, refusal, stopped, error} = work;
	const deleted = deletedArtifacts(work);
	const bytes = formatBytes(sum(deleted.map(({size}) => size)));
	const told = `Deleted ${deleted.length} artifacts (${bytes}); ${stays} stay${marks.length > 0 ? `, ${marks.length} are marked to expire` : ''}`;
	if (refusal) {
		return refusal;
	}

	if (error) {
		return {reason: 'StoreFailed', message: `${told}. ${error.message}`};
	}

	if (stopped !== undefined) {
		return {reason: 'Interrupted', message: `${told}. The sweep stopped because ${stopped}; the next one goes on`};
	}

	if (failures.length > 0) {
		return {reason: 'PartlyDeleted', message: `${told}. ${failures.length} could not be deleted and are tried again: ${failures[0]!.name}: ${failures[0]!.reason}`};
	}

	const versionsText = versions === 'Delete' ? '. In a bucket with versioning their versions remain: versions Delete is not supported yet' : '';
	return work.gone.length > 0 ? {reason: 'Swept', message: `${told}${versionsText}`} : undefined;
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
