import {IANAZone} from 'luxon';

/**
A clock on a wall of one time zone. Its readings are counted like instants, as milliseconds since 1970-01-01 00:00 on that wall, so that a reading and an instant differ by the zone's offset.
*/
export type WallClock = {
	/** Milliseconds that the wall is ahead of UTC at an instant. */
	readonly offsetAt: (instant: number) => number;
};

const day = 24 * 60 * 60 * 1000;

/**
The clock of a time zone of the IANA database, or undefined for an unknown one.
*/
export const wallClock = (timeZone: string): WallClock | undefined => {
	if (timeZone === 'UTC') {
		return {offsetAt: () => 0};
	}

	const zone = IANAZone.isValidZone(timeZone) ? IANAZone.create(timeZone) : undefined;
	return zone && {offsetAt: instant => zone.offset(instant) * 60_000};
};

/**
The first instant at which the wall shows a reading. A reading that the clock skips, because it is put forward, gives the first instant after the gap; one that it shows twice gives the first of the two.
*/
export const firstInstantOf = (clock: WallClock, reading: number): number => {
	const around = [clock.offsetAt(reading - day), clock.offsetAt(reading + day)];
	const earliest = reading - Math.max(...around);
	const latest = reading - Math.min(...around);
	const shown = [earliest, latest].find(instant => instant + clock.offsetAt(instant) === reading);
	return shown ?? changeWithin(clock, earliest, latest);
};

/**
The first instant after `after`, and not later than `until`, at which the clock has been put forward or back; undefined when it runs on. Changes closer than a day to one another are not told apart.
*/
export const firstChange = (clock: WallClock, after: number, until: number): number | undefined => {
	const offset = clock.offsetAt(after);
	for (let from = after; from < until; from += day) {
		const to = Math.min(from + day, until);
		if (clock.offsetAt(to) !== offset) {
			return changeWithin(clock, from, to);
		}
	}

	return undefined;
};

const changeWithin = (clock: WallClock, before: number, after: number): number => {
	const offset = clock.offsetAt(before);
	let low = before;
	let high = after;
	while (high - low > 1) {
		const middle = Math.floor((low + high) / 2);
		if (clock.offsetAt(middle) === offset) {
			low = middle;
		} else {
			high = middle;
		}
	}

	return high;
};
