import {countText} from '../words.ts';
import {type SimulatedWeek} from './simulate.ts';
import {formatBytes} from '#shared/api/sizes.ts';

const height = 200;
/** Of a week's room, the bar takes this share. */
const filled = 0.8;

/**
Bytes that lie in the store at the end of each week, as bars; what is archived stands on top. The table of the weeks has the same numbers.
*/
export const drawStorageCurve = (weeks: readonly SimulatedWeek[]): string => {
	const most = Math.max(1, ...weeks.map(({bytes, archivedBytes}) => bytes + archivedBytes));
	const step = 100 / Math.max(1, weeks.length);
	const scale = (bytes: number): number => bytes / most * height;
	const bars = weeks.map(({until, bytes, archivedBytes}, index) => {
		const bar = (amount: number, below: number, kind: string): string => amount === 0 ? '' : `<rect class="${kind}" x="${((index + ((1 - filled) / 2)) * step).toFixed(2)}%" width="${(step * filled).toFixed(2)}%" y="${(height - scale(amount) - scale(below)).toFixed(1)}" height="${scale(amount).toFixed(1)}"/>`;
		return `<g><title>${dayOf(until)}: ${amountText(bytes, archivedBytes)}</title>${bar(bytes, 0, 'stored')}${bar(archivedBytes, bytes, 'archived')}</g>`;
	});
	const lines = [0.5, height / 2, height - 0.5].map(y => `<line x1="0" x2="100%" y1="${y}" y2="${y}"/>`).join('');
	const [first, middle, last] = [weeks[0], weeks[Math.floor((weeks.length - 1) / 2)], weeks.at(-1)].map(week => week ? dayOf(week.until) : '');
	return `<figure class="curve">
<div class="amounts" aria-hidden="true"><span>${formatBytes(most)}</span><span>${formatBytes(most / 2)}</span><span>0</span></div>
<svg role="img" aria-label="${summaryOf(weeks, most)}" width="100%" height="${height}">
<defs><pattern id="dots" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="backing" width="8" height="8"/><circle cx="4" cy="4" r="2"/></pattern></defs>
<g class="lines">${lines}</g>
${bars.join('\n')}
</svg>
<div class="days" aria-hidden="true"><span>${first}</span>${weeks.length > 2 ? `<span>${middle}</span>` : ''}${weeks.length > 1 ? `<span>${last}</span>` : ''}</div>
${weeks.some(({archivedBytes}) => archivedBytes > 0) ? '<figcaption>Full: in the directory. Dotted, on top: in the archive.</figcaption>\n' : ''}</figure>`;
};

const summaryOf = (weeks: readonly SimulatedWeek[], most: number): string => {
	const end = weeks.at(-1);
	return `Storage at the end of each of ${countText(weeks.length, 'week')}: at most ${formatBytes(most)}; at the end ${amountText(end?.bytes ?? 0, end?.archivedBytes ?? 0)}. The table of the weeks has all numbers.`;
};

const amountText = (bytes: number, archivedBytes: number): string => `${formatBytes(bytes)}${archivedBytes > 0 ? ` and ${formatBytes(archivedBytes)} in the archive` : ''}`;

const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);
