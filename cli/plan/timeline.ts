import {escapeHtml} from './escape-html.ts';
import {formatBytes} from '#shared/api/sizes.ts';

/** One chain as a bar: from its FULL to its last member, then lighter for as long as it is kept. */
export type TimelineBar = {
	readonly database: string;
	readonly from: number;
	readonly last: number;
	readonly until: number;
	/** The moments of its members. */
	readonly members: readonly number[];
	readonly bytes: number;
	readonly verdict: 'keep' | 'expire' | 'archive' | 'gone';
	/** A sentence about it. */
	readonly text: string;
};

const width = 1000;
const left = 130;
const rowHeight = 26;
const barHeight = 14;

/**
Bars of chains over time, a block of rows for each database, as SVG. Each bar can be reached by keyboard and says in words what it shows.
*/
export const renderTimeline = (bars: readonly TimelineBar[]): string => {
	if (bars.length === 0) {
		return '<p>There are no chains.</p>';
	}

	const start = Math.min(...bars.map(({from}) => from));
	const end = Math.max(...bars.map(({until}) => until), start + 1);
	const x = (time: number): number => left + ((time - start) / (end - start) * (width - left - 10));
	const rows = bars.toSorted((one, other) => one.database.localeCompare(other.database) || one.from - other.from);
	const height = (rows.length * rowHeight) + 30;
	return `<svg viewBox="0 0 ${width} ${height}" role="list" aria-label="Chains over time">
${axis({
	start, end, x, height,
})}
${rows.map((bar, row) => barOf(bar, {x, y: (row * rowHeight) + 24, isFirst: rows[row - 1]?.database !== bar.database})).join('\n')}
</svg>`;
};

type Axis = {readonly start: number; readonly end: number; readonly x: (time: number) => number; readonly height: number};

const axis = ({start, end, x, height}: Axis): string => Array.from({length: 6}, (_, index) => start + ((end - start) * index / 5))
	.map((time, index) => `<g class="axis" aria-hidden="true"><line x1="${x(time).toFixed(1)}" x2="${x(time).toFixed(1)}" y1="18" y2="${height}"/><text x="${x(time).toFixed(1)}" y="12" text-anchor="${index === 5 ? 'end' : 'start'}">${new Date(time).toISOString().slice(0, 10)}</text></g>`)
	.join('\n');

type Place = {readonly x: (time: number) => number; readonly y: number; readonly isFirst: boolean};

const barOf = (bar: TimelineBar, {x, y, isFirst}: Place): string => {
	const {database, from, last, until, members, bytes, verdict, text} = bar;
	const label = `${database}, ${members.length} ${members.length === 1 ? 'backup' : 'backups'} from ${minuteOf(from)} to ${minuteOf(last)}, ${formatBytes(bytes)}: ${text}`;
	const rectangle = (kind: string, begin: number, stop: number): string => `<rect class="${kind}" x="${x(begin).toFixed(1)}" y="${y}" width="${Math.max(3, x(stop) - x(begin)).toFixed(1)}" height="${barHeight}" rx="3"/>`;
	return `<g class="bar ${verdict}" role="listitem" tabindex="0" aria-label="${escapeHtml(label)}"><title>${escapeHtml(label)}</title>${isFirst ? `<text class="name" x="0" y="${y + 11}">${escapeHtml(database.length > 17 ? `${database.slice(0, 16)}…` : database)}</text>` : ''}${rectangle('kept', from, until)}${rectangle('chain', from, last)}${members.map(time => `<line class="member" x1="${x(time).toFixed(1)}" x2="${x(time).toFixed(1)}" y1="${y}" y2="${y + barHeight}"/>`).join('')}</g>`;
};

const minuteOf = (time: number): string => `${new Date(time).toISOString().slice(0, 16)}Z`;
