/**
What a cron expression means, worked out the slow way: every minute of the time range is looked at on the wall clock of its zone, by the platform's own time zone data.
*/
export const oracleInstants = (expression: string, timeZone: string, after: Date, until: Date): Date[] => {
	const [minute, hour, dayOfMonth, , dayOfWeek] = expression.split(' ') as [string, string, string, string, string];
	const matches = (reading: Date): boolean => {
		const ofMonth = includes(dayOfMonth, reading.getUTCDate(), 31);
		const ofWeek = includes(dayOfWeek, reading.getUTCDay(), 6);
		const day = dayOfMonth === '*' || dayOfWeek === '*' ? ofMonth && ofWeek : ofMonth || ofWeek;
		return day && includes(minute, reading.getUTCMinutes(), 59) && includes(hour, reading.getUTCHours(), 23);
	};

	const everyHour = Array.from({length: 24}, (_, index) => index).every(value => includes(hour, value, 23));
	const read = wall(timeZone);
	const found: Date[] = [];
	// Starts a day early, to know which readings have been shown before.
	let latest = Number.NEGATIVE_INFINITY;
	for (let time = after.getTime() - 86_400_000; time <= until.getTime(); time += 60_000) {
		const reading = read(time);
		const skipped = minutesBetween(Number.isFinite(latest) ? latest : reading - 60_000, reading);
		const due = everyHour
			? matches(new Date(reading))
			: skipped.some(minutes => matches(new Date(minutes)));
		if (due && time > after.getTime()) {
			found.push(new Date(time));
		}

		latest = Math.max(latest, reading);
	}

	return found;
};

// The readings that come up at this minute for the first time: none in a second pass, several after a gap.
const minutesBetween = (latest: number, reading: number): number[] =>
	Array.from({length: Math.max(0, (reading - latest) / 60_000)}, (_, index) => latest + ((index + 1) * 60_000));

const includes = (field: string, value: number, max: number): boolean => field.split(',').some(item => {
	const [range, step = '1'] = item.split('/') as [string, string?];
	const [low, high = low] = range === '*' ? ['0', String(max)] : range.split('-') as [string, string?];
	const first = range === '*' && max === 31 ? 1 : Number(low);
	return value >= first && value <= Number(high) && (value - first) % Number(step) === 0;
});

const wall = (timeZone: string): ((time: number) => number) => {
	const format = new Intl.DateTimeFormat('en-US', {
		timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
	});
	return time => {
		const [, month, day, year, hour, minute] = /(\d+)\/(\d+)\/(\d+), (\d+):(\d+)/v.exec(format.format(time))!;
		return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
	};
};
