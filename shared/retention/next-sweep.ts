import {type ExpiringMark} from '../catalogue/catalogue-index.ts';
import {type StayedArtifact} from './deletion.ts';
import {type Verdict} from './plan.ts';
import {type RetentionPolicy} from './policy.ts';
import {type SweepReason} from './sweep-outcome.ts';

const second = 1000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/** After a refusal: soon where it passes by itself, later where a person has to act. */
const retryMs: Partial<Record<SweepReason, number>> = {
	Interrupted: 0,
	CatalogueContradicted: minute,
	StoreFailed: 5 * minute,
	AttemptOpen: 5 * minute,
	PartlyDeleted: 60 * minute,
	ClockSkewed: 15 * minute,
	NoCatalogue: day,
};

/**
When the first of the artifacts that stayed may be tried again, where the store said it.
*/
export const firstRetry = (stayed: readonly StayedArtifact[]): Date | undefined => {
	const times = stayed.flatMap(({retryAfter}) => retryAfter ? [retryAfter.getTime()] : []);
	return times.length > 0 ? new Date(Math.min(...times)) : undefined;
};

type NextInput = {
	readonly reason: SweepReason;
	readonly policy: RetentionPolicy | undefined;
	readonly verdicts: readonly Verdict[];
	readonly marks: readonly ExpiringMark[];
	readonly now: Date;
	readonly graceMs: number;
	/** When the first lock ends. */
	readonly unlocked?: Date;
};

/**
When the next sweep is due at the latest: after a refusal when it is worth trying again, else at the end of the first grace, when the next backup passes `maxAge`, or in a day. Undefined without a policy, where only new runs make work.
*/
export const nextSweepTime = ({
	reason, policy, verdicts, marks, now, graceMs, unlocked,
}: NextInput): Date | undefined => {
	if (!policy) {
		return undefined;
	}

	const retry = retryMs[reason];
	if (retry !== undefined) {
		return new Date(now.getTime() + retry);
	}

	const ages = policy.maxAge === undefined ? [] : verdicts.filter(({verdict}) => verdict === 'keep').map(({artifact}) => Date.parse(artifact.takenAt) + policy.maxAge!.milliseconds + second);
	const graces = marks.map(({since}) => Date.parse(since) + graceMs);
	let next = now.getTime() + day;
	for (const time of [...ages, ...graces, ...unlocked ? [unlocked.getTime() + second] : []]) {
		next = time >= now.getTime() && time < next ? time : next;
	}

	return new Date(next);
};
