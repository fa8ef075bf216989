import {formatBytes} from '../api/sizes.ts';
import {firstRetry} from './next-sweep.ts';
import {type SweepReason} from './sweep-outcome.ts';
import {deletedArtifacts, type Settled} from './settle-sweep.ts';
import {type SweepInput} from './sweep-input.ts';

export type Judgement = {readonly reason: SweepReason; readonly message: string};

/**
How a sweep ended, as a reason and a sentence: what kept it from its work before what it did.
*/
export const judgeSweep = (input: SweepInput, settled: Settled): Judgement => {
	const {policy} = input;
	const {verdicts, marks} = settled;
	const stays = verdicts.filter(({verdict}) => verdict === 'keep').length;
	if (!policy) {
		return {reason: 'NoPolicy', message: 'spec.retention lets nothing expire'};
	}

	if (policy.mode === 'Plan') {
		return {reason: 'Planned', message: `${verdicts.length - stays} artifacts would go and ${stays} would stay; mode Plan touches nothing`};
	}

	return judgeWork(input, settled, stays) ?? (marks.length > 0
		? {reason: 'Marked', message: `${marks.length} artifacts are marked to expire and go with a later sweep; ${stays} stay`}
		: {reason: 'UpToDate', message: `Nothing expires; ${stays} artifacts stay`});
};

const judgeWork = (input: SweepInput, {work, marks}: Settled, stays: number): Judgement | undefined => {
	const {failures, refusal, stopped, error} = work;
	const deleted = deletedArtifacts(work);
	const bytes = formatBytes(sum(deleted.map(({size}) => size)));
	const told = `${isArchiving(input) ? 'Archived' : 'Deleted'} ${deleted.length} artifacts (${bytes}); ${stays} stay${marks.length > 0 ? `, ${marks.length} are marked to expire` : ''}`;
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
		return judgeFailures(input, failures, told);
	}

	return work.gone.length > 0 ? {reason: 'Swept', message: `${told}${hiddenText(input)}`} : undefined;
};

const judgeFailures = (input: SweepInput, failures: Settled['work']['failures'], told: string): Judgement => {
	const refused = failures.filter(({isLocked}) => !isLocked);
	const [first] = refused;
	if (first) {
		return {reason: 'PartlyDeleted', message: `${told}. ${refused.length} could not be ${isArchiving(input) ? 'archived' : 'deleted'} and are tried again: ${first.name}: ${first.reason}`};
	}

	const again = firstRetry(failures)?.toISOString();
	return {reason: 'Locked', message: `${told}. ${failures.length} are locked in the store, and with them their chains stay${again === undefined ? '' : `; the first is tried again at ${again}`}: ${failures[0]!.name}: ${failures[0]!.reason}`};
};

const isArchiving = ({policy}: SweepInput): boolean => policy?.deletePolicy === 'Archive';

const hiddenText = ({store, policy}: SweepInput): string => store.hidesDeleted() && policy?.versions !== 'Delete'
	? '. The bucket keeps versions: the deletion only hid them, and their bytes remain until a rule of the bucket removes old versions; retention.versions: Delete removes them at once'
	: '';

const sum = (numbers: readonly number[]): number => {
	let total = 0;
	for (const number of numbers) {
		total += number;
	}

	return total;
};
