const pattern = /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+\-](?:[01]\d|2[0-3]):[0-5]\d)$/iv;

/**
Whether a text is an RFC 3339 date-time of a day that exists. `Date.parse` alone takes far more than that, 30 February included. A leap second, which no `Date` can hold, is none.
*/
export const isTimestamp = (text: string): boolean => {
	const {year, month, day} = pattern.exec(text)?.groups ?? {};
	if (!year) {
		return false;
	}

	const date = new Date(0);
	date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
	// A day that the month does not have falls into another.
	return date.getUTCMonth() === Number(month) - 1;
};
