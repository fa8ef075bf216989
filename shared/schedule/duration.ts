import {ConfigurationError} from '../errors.ts';

const milliseconds = {
	w: 7 * 24 * 60 * 60 * 1000,
	d: 24 * 60 * 60 * 1000,
	h: 60 * 60 * 1000,
	m: 60 * 1000,
	s: 1000,
} as const;

const pattern = /^(?:(?<w>\d+)w)?(?:(?<d>\d+)d)?(?:(?<h>\d+)h)?(?:(?<m>\d+)m)?(?:(?<s>\d+)s)?$/v;

/**
Milliseconds of a duration such as `30d`, `4w`, `90m` or `1h30m`: whole numbers with the units w, d, h, m, s, each at most once and from the longest to the shortest, a day being 24 hours. Throws a ConfigurationError that names the field.
*/
export const parseDuration = (text: string, field: string): number => {
	const parts = Object.entries(pattern.exec(text)?.groups ?? {}).filter(([, count]) => count !== undefined);
	const duration = parts.map(([unit, count]) => Number(count) * milliseconds[unit as keyof typeof milliseconds]).reduce((sum, part) => sum + part, 0);
	if (duration === 0 || !Number.isSafeInteger(duration)) {
		throw new ConfigurationError(`${field}: "${text}" is not a duration; write, for example, 10m, 1h30m, 30d or 4w`);
	}

	return duration;
};

/**
A duration for people, rounded to seconds, in hours, minutes and seconds without the empty ones: `5m30s`, `1h`, `26h3s`; less than a second is `0s`.
*/
export const formatDuration = (duration: number): string => {
	const seconds = Math.max(0, Math.round(duration / 1000));
	const parts = [[Math.floor(seconds / 3600), 'h'], [Math.floor(seconds / 60) % 60, 'm'], [seconds % 60, 's']] as const;
	return parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`).join('') || '0s';
};
