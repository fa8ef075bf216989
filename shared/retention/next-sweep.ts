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
	readonly now: Date;
	readonly graceMs: number;
	/** Since when the first mark counts whose grace is not over. */
	readonly graceFrom?: string;
	/** When the next backup passes `maxAge`. */
	readonly nextAge?: string;
	/** When the first lock ends. */
	readonly unlocked?: Date;
};

/**
When the next sweep is due at the latest: after a refusal when it is worth trying again, else at the end of the first grace, when the next backup passes `maxAge`, or in a day. Undefined without a policy, where only new runs make work.
*/
export const nextSweepTime = ({
	reason, policy, now, graceMs, graceFrom, nextAge, unlocked,
}: NextInput): Date | undefined => {
	if (!policy) {
		return undefined;
	}

	const retry = retryMs[reason];
	if (retry !== undefined) {
		return new Date(now.getTime() + retry);
	}

	const times = [...graceFrom === undefined ? [] : [Date.parse(graceFrom) + graceMs], ...nextAge === undefined ? [] : [Date.parse(nextAge)], ...unlocked ? [unlocked.getTime() + second] : []];
	return new Date(Math.min(now.getTime() + day, ...times.filter(time => time >= now.getTime())));
};

/**
When the next of the artifacts that stay passes `maxAge`.
*/
export const nextAgeOf = (verdicts: readonly Verdict[], policy: RetentionPolicy | undefined, now: Date): Date | undefined => {
	let next = Infinity;
	for (const {verdict, artifact} of policy?.maxAge ? verdicts : []) {
		const time = Date.parse(artifact.takenAt) + policy!.maxAge!.milliseconds + second;
		next = verdict === 'keep' && time >= now.getTime() && time < next ? time : next;
	}

	return next === Infinity ? undefined : new Date(next);
};
