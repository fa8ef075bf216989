import {clockToleranceMs} from '../clock-tolerance.ts';

/**
The clock of the other side, learnt from the `Date` headers of its answers and advanced by the monotonic clock of this machine, so that a wrong or jumping wall clock here changes nothing.
*/
export type ServerClock = {
	observe: (dateHeader: string | undefined) => void;
	/** The time there, or undefined before the first answer. */
	now: () => Date | undefined;
};

/** The header is cut to whole seconds. The end of that second counts, or what is due at a full minute would not be seen as due in the first second of it, and wait for the next heartbeat. */
const restOfSecond = 999;

/**
`monotonic` counts milliseconds and never goes back; given by tests.
*/
export const createServerClock = (monotonic: () => number = () => performance.now()): ServerClock => {
	let last: {date: number; at: number} | undefined;
	return {
		observe(dateHeader) {
			const date = Date.parse(dateHeader ?? '');
			if (!Number.isNaN(date)) {
				last = {date: date + restOfSecond, at: monotonic()};
			}
		},
		now: () => last && new Date(last.date + (monotonic() - last.at)),
	};
};

/**
Whether two clocks agree within five minutes. Where they do not, nothing may be started or deleted (decision D72).
*/
export const clocksAgree = (theirs: Date, ours: Date, toleranceMs = clockToleranceMs): boolean =>
	Math.abs(theirs.getTime() - ours.getTime()) <= toleranceMs;
