import {type SimulatedWeek} from './simulate.ts';
import {formatBytes} from '#shared/api/sizes.ts';

const width = 1000;
const height = 160;
const left = 70;

/**
Bytes that lie in the store at the end of each week, as bars; what is archived stands on top.
*/
export const renderStorageCurve = (weeks: readonly SimulatedWeek[]): string => {
	const most = Math.max(1, ...weeks.map(({bytes, archivedBytes}) => bytes + archivedBytes));
	const step = (width - left) / Math.max(1, weeks.length);
	const scale = (bytes: number): number => bytes / most * (height - 20);
	const bars = weeks.map(({bytes, archivedBytes}, index) => {
		const x = left + (index * step);
		return [[bytes, 0, 'curve'], [archivedBytes, bytes, 'curve archive']].map(([amount, below, kind]) =>
			`<rect class="${kind}" x="${x.toFixed(1)}" y="${(height - scale(Number(amount)) - scale(Number(below))).toFixed(1)}" width="${Math.max(1, step - 1).toFixed(1)}" height="${scale(Number(amount)).toFixed(1)}"/>`).join('');
	});
	const end = weeks.at(-1);
	const summary = `Storage over ${weeks.length} weeks: at most ${formatBytes(most)}, ${formatBytes(end?.bytes ?? 0)} at the end`;
	return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${summary}"><title>${summary}</title><text x="0" y="14">${formatBytes(most)}</text><text x="0" y="${height - 4}">0</text>${bars.join('')}</svg>`;
};
