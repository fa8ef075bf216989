import {formatBytes} from '../api/sizes.ts';
import {type SweepReason} from './sweep-outcome.ts';
import {type SweepInput} from './sweep-input.ts';
import {type Tally} from './tally.ts';

export type Judgement = {readonly reason: SweepReason; readonly message: string};

/**
How a sweep ended, as a reason and a sentence: what kept it from its work before what it did.
*/
export const judgeSweep = (input: SweepInput, tally: Tally): Judgement => {
	const {policy} = input;
	const {kept, going, archiving, marked} = tally;
	if (!policy) {
		return {reason: 'NoPolicy', message: 'spec.retention lets nothing expire'};
	}

	if (policy.mode === 'Plan') {
		return tally.stopped === undefined
			? {reason: 'Planned', message: `${going + archiving} artifacts would go and ${kept} would stay; mode Plan touches nothing`}
			: {reason: 'Interrupted', message: `The plan was not finished because ${tally.stopped}; the next sweep makes it anew`};
	}

	return judgeWork(input, tally) ?? (marked > 0
		? {reason: 'Marked', message: `${marked} artifacts are marked to expire and go with a later sweep; ${kept} stay`}
		: {reason: 'UpToDate', message: `Nothing expires; ${kept} artifacts stay`});
};

const judgeWork = (input: SweepInput, tally: Tally): Judgement | undefined => {
	const {refusal, stopped, error, kept, marked, deletedCount, deletedBytes} = tally;
	const told = `${isArchiving(input) ? 'Archived' : 'Deleted'} ${deletedCount} artifacts (${formatBytes(deletedBytes)}); ${kept} stay${marked > 0 ? `, ${marked} are marked to expire` : ''}`;
	if (refusal) {
		// Of very many databases those before it were done.
		return deletedCount === 0 ? refusal : {...refusal, message: `${told}. Of the rest: ${refusal.message}`};
	}

	if (error) {
		return {reason: 'StoreFailed', message: `${told}. ${error.message}`};
	}

	if (stopped !== undefined) {
		return {reason: 'Interrupted', message: `${told}. The sweep stopped because ${stopped}; the next one goes on`};
	}

	if (tally.failureCount > 0) {
		return judgeFailures(input, tally, told);
	}

	return tally.gone > 0 ? {reason: 'Swept', message: `${told}${hiddenText(input)}`} : undefined;
};

const judgeFailures = (input: SweepInput, {failures: [first], failureCount, refusedCount, unlocked}: Tally, told: string): Judgement => {
	if (refusedCount > 0) {
		return {reason: 'PartlyDeleted', message: `${told}. ${refusedCount} could not be ${isArchiving(input) ? 'archived' : 'deleted'} and are tried again: ${first!.name}: ${first!.reason}`};
	}

	const again = unlocked?.toISOString();
	return {reason: 'Locked', message: `${told}. ${failureCount} are locked in the store, and with them their chains stay${again === undefined ? '' : `; the first is tried again at ${again}`}: ${first!.name}: ${first!.reason}`};
};

const isArchiving = ({policy}: SweepInput): boolean => policy?.deletePolicy === 'Archive';

const hiddenText = ({store, policy}: SweepInput): string => store.hidesDeleted() && policy?.versions !== 'Delete'
	? '. The bucket keeps versions: the deletion only hid them, and their bytes remain until a rule of the bucket removes old versions; retention.versions: Delete removes them at once'
	: '';
