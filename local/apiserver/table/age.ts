const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/**
A duration as kubectl prints it: two units while the first is small (`3m25s`, `7h4m`, `2d3h`), one afterwards.
*/
export const humanDuration = (milliseconds: number): string => {
	if (milliseconds < -second) {
		return '<invalid>';
	}

	const [, unit, next] = scales.find(([limit]) => milliseconds < limit) ?? scales[0];
	const whole = Math.floor(Math.max(milliseconds, 0) / sizes[unit]);
	const rest = next ? Math.floor((milliseconds % sizes[unit]) / sizes[next]) : 0;
	return `${whole}${unit}${next && rest > 0 ? `${rest}${next}` : ''}`;
};

/**
How long ago an instant of the API was; `<unknown>` when there is none.
*/
export const ageOf = (timestamp: unknown, now: Date): string => {
	const time = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
	return Number.isNaN(time) ? '<unknown>' : humanDuration(now.getTime() - time);
};

type Unit = keyof typeof sizes;

const sizes = {
	s: second, m: minute, h: hour, d: day, y: year,
} as const;

const scales: readonly [Scale, ...Scale[]] = [
	[2 * minute, 's'],
	[10 * minute, 'm', 's'],
	[3 * hour, 'm'],
	[8 * hour, 'h', 'm'],
	[2 * day, 'h'],
	[8 * day, 'd', 'h'],
	[2 * year, 'd'],
	[8 * year, 'y', 'd'],
	[Number.POSITIVE_INFINITY, 'y'],
];

type Scale = readonly [limit: number, unit: Unit, next?: Unit];
