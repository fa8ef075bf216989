const dayMs = 24 * 60 * 60_000;

/** A moment on the axis, in percent of it. */
export type Tick = {readonly left: number; readonly label: string};

export type TimeAxis = {
	readonly leftOf: (time: number) => number;
	readonly ticks: readonly Tick[];
};

/**
A time axis between two moments, with ticks that say the day, or day and time where days are too long.
*/
export const timeAxis = (start: number, end: number, ticks = 4): TimeAxis => {
	const length = Math.max(1, end - start);
	const isShort = length < ticks * dayMs;
	return {
		leftOf: time => (time - start) / length * 100,
		ticks: Array.from({length: ticks}, (_, index) => {
			const share = index / (ticks - 1);
			const instant = new Date(start + (length * share)).toISOString();
			return {left: share * 100, label: isShort ? instant.slice(5, 16).replace('T', ' ') : instant.slice(0, 10)};
		}),
	};
};
