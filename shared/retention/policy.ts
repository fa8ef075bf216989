import {ConfigurationError} from '../errors.ts';
import {parseDuration} from '../schedule/duration.ts';

export const periods = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type Period = (typeof periods)[number];

/**
`spec.retention`, understood.
*/
export type RetentionPolicy = {
	/** The text for people, the milliseconds for the planner. */
	readonly maxAge?: {readonly text: string; readonly milliseconds: number};
	readonly maxCount?: number;
	readonly minCount: number;
	readonly keep?: Readonly<Partial<Record<Period, number>>>;
	/** Run ids. */
	readonly pinned: readonly string[];
	readonly deletePolicy: 'Delete' | 'Archive';
	readonly mode: 'Enforce' | 'Plan';
	readonly versions: 'Keep' | 'Delete';
	/** IANA name, for the borders of the periods of `keep`. */
	readonly timeZone: string;
};

/**
`spec.retention` as a user writes it.
*/
export type RetentionSpec = {
	readonly maxAge?: string;
	readonly maxCount?: number;
	readonly minCount?: number;
	readonly keep?: Readonly<Partial<Record<Period, number>>>;
	readonly pinned?: readonly string[];
	readonly deletePolicy?: 'Delete' | 'Archive';
	readonly mode?: 'Enforce' | 'Plan';
	readonly versions?: 'Keep' | 'Delete';
};

/**
The policy of a CR, with the defaults that the CRD states, or undefined when nothing in it can make a backup expire: without `maxAge`, `maxCount` and `keep` nothing is ever deleted. Throws a ConfigurationError that names the field, because a policy that is misread deletes what should have stayed.
*/
export const parsePolicy = (retention: RetentionSpec | undefined, timeZone = 'UTC'): RetentionPolicy | undefined => {
	if (!retention) {
		return undefined;
	}

	const {maxAge, pinned = []} = retention;
	const keep = keepOf(retention.keep);
	const policy: RetentionPolicy = {
		...(maxAge !== undefined && {maxAge: {text: maxAge, milliseconds: parseDuration(maxAge, 'spec.retention.maxAge')}}),
		...(retention.maxCount !== undefined && {maxCount: wholeNumber(retention.maxCount, 'maxCount', 1)}),
		minCount: wholeNumber(retention.minCount ?? 1, 'minCount', 0),
		...(keep && {keep}),
		pinned,
		deletePolicy: oneOf(retention.deletePolicy ?? 'Delete', 'deletePolicy', ['Delete', 'Archive']),
		mode: oneOf(retention.mode ?? 'Enforce', 'mode', ['Enforce', 'Plan']),
		versions: oneOf(retention.versions ?? 'Keep', 'versions', ['Keep', 'Delete']),
		timeZone,
	};
	return policy.maxAge ?? policy.maxCount ?? policy.keep ? policy : undefined;
};

const keepOf = (keep: RetentionSpec['keep']): RetentionPolicy['keep'] => {
	const counts = periods.flatMap(period => {
		const count = keep?.[period];
		return count === undefined ? [] : [[period, wholeNumber(count, `keep.${period}`, 0)] as const];
	});
	// A `keep` of nothing but zeros would let everything expire: it is no rule.
	return counts.some(([, count]) => count > 0) ? Object.fromEntries(counts) : undefined;
};

const wholeNumber = (value: number, field: string, minimum: number): number => {
	if (!Number.isSafeInteger(value) || value < minimum) {
		throw new ConfigurationError(`spec.retention.${field}: ${value} is not a whole number of at least ${minimum}`);
	}

	return value;
};

const oneOf = <T extends string>(value: T, field: string, values: readonly T[]): T => {
	if (!values.includes(value)) {
		throw new ConfigurationError(`spec.retention.${field}: "${value}" is none of ${values.join(', ')}`);
	}

	return value;
};
