/**
The value that a share of all values does not exceed: `percentile(times, 0.99)`. Throws for no values at all.
*/
export const percentile = (values: readonly number[], share: number): number => {
	if (values.length === 0) {
		throw new RangeError('no values to take a percentile of');
	}

	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;
};

/**
`p50 1.2 s, p99 3.4 s` of durations in milliseconds.
*/
export const percentileText = (milliseconds: readonly number[]): string =>
	[0.5, 0.99].map(share => `p${share * 100} ${(percentile(milliseconds, share) / 1000).toFixed(2)} s`).join(', ');
