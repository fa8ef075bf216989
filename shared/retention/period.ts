import {type Period} from './policy.ts';

/**
Names the period that an instant falls in: hours, days, ISO weeks, months and years of a time zone. Two instants are in one period exactly when the names are equal; hours are told apart across a change of the clocks.
*/
export const periodNamer = (timeZone: string): ((period: Period, instant: Date) => string) => {
	const calendar = calendarOf(timeZone);
	return (period, instant) => {
		const parts = partsOf(calendar, instant);
		const date = `${parts['year']}-${parts['month']}-${parts['day']}`;
		switch (period) {
			case 'hourly': {
				return `${date} ${parts['hour']}h ${parts['timeZoneName']}`;
			}

			case 'daily': {
				return date;
			}

			case 'weekly': {
				return weekOf(date);
			}

			case 'monthly': {
				return date.slice(0, 7);
			}

			case 'yearly': {
				return date.slice(0, 4);
			}
		}
	};
};

type Parts = Readonly<Record<string, string>>;

type Calendar = {readonly format: Intl.DateTimeFormat; readonly known: Map<number, Parts>};

/** Each instant is asked for once for every period, and again by the next plan. */
const mostKnown = 4096;

const partsOf = ({format, known}: Calendar, instant: Date): Parts => {
	const time = instant.getTime();
	const parts = known.get(time) ?? Object.fromEntries(format.formatToParts(instant).map(({type, value}) => [type, value]));
	if (known.size >= mostKnown && !known.has(time)) {
		known.clear();
	}

	known.set(time, parts);
	return parts;
};

// A formatter is dear to make, and time zones are few.
const calendars = new Map<string, Calendar>();

const calendarOf = (timeZone: string): Calendar => {
	const calendar = calendars.get(timeZone) ?? {
		format: new Intl.DateTimeFormat('en-CA', {
			timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', hourCycle: 'h23', timeZoneName: 'longOffset',
		}),
		known: new Map<number, Parts>(),
	};
	calendars.set(timeZone, calendar);
	return calendar;
};

const dayMs = 24 * 60 * 60_000;

/** ISO 8601: a week belongs to the year that its Thursday is in. */
const weekOf = (date: string): string => {
	const day = new Date(`${date}T00:00:00Z`);
	const thursday = new Date(day.getTime() + ((3 - ((day.getUTCDay() + 6) % 7)) * dayMs));
	const week = Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / (7 * dayMs)) + 1;
	return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
};
