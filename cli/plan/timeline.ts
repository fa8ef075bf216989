import {countText} from '../words.ts';
import {escapeHtml} from './escape-html.ts';
import {lanesOf, type Stretch} from './lanes.ts';
import {timeAxis, type TimeAxis} from './time-axis.ts';
import {formatBytes} from '#shared/api/sizes.ts';

/** What a bar looks like, and what its look means. */
export const barKinds = {
	keep: 'stays', expire: 'expires', archive: 'is archived', gone: 'was deleted in the meantime', archived: 'was archived in the meantime',
} as const;
export type BarKind = keyof typeof barKinds;

/** One chain as a bar: full from its first to its last member, hollow for as long as it lies there after that. */
export type TimelineBar = {
	/** Id of what tells of it in the tables of the page. */
	readonly id: string;
	readonly from: number;
	readonly last: number;
	/** Until when it is there; absent: that is not drawn. */
	readonly until?: number;
	readonly members: readonly number[];
	readonly bytes: number;
	readonly kind: BarKind;
	/** What becomes of it, as the end of a sentence. */
	readonly text: string;
};

export type TimelineGroup = {readonly name: string; readonly bars: readonly TimelineBar[]};

/** What is drawn, and the rules that put each bar in its place: a strict policy allows no style in an element. */
export type Drawing = {readonly html: string; readonly rules: string};

/** The bars need this width to be told apart, and each as much as a finger takes. On a narrow screen the timeline is scrolled. */
const plotWidth = 640;
const barWidth = 24;
const laneHeight = 28;
const narrowest = barWidth / plotWidth * 100;
const gap = 4 / plotWidth * 100;

/**
Chains over time, a block for each group, as links to what tells of each chain in a table. The words of a link are what it draws; sight of them comes with pointer and focus.
*/
export const drawTimeline = (groups: readonly TimelineGroup[]): Drawing => {
	const bars = groups.flatMap(group => group.bars);
	if (bars.length === 0) {
		return {html: '<p>There are no chains.</p>', rules: ''};
	}

	const moments = bars.flatMap(({from, last, until = last}) => [from, until]).toSorted((one, other) => one - other);
	const axis = timeAxis(moments[0]!, moments.at(-1)!);
	const blocks = groups.map((group, index) => drawGroup(group, axis, `lanes-${index + 1}`));
	const kinds = (Object.keys(barKinds) as BarKind[]).filter(kind => bars.some(bar => bar.kind === kind));
	return {
		html: `<p><a class="skip" href="#after-timeline">Skip the timeline</a></p>
<p>Each bar is a chain, from its first to its last backup${bars.some(({until}) => until !== undefined) ? ', and hollow for as long as it is kept after that' : ''}. It leads to its line in the table below.</p>
<ul class="legend" aria-label="Key">${kinds.map(kind => `<li><span class="bar ${kind}" aria-hidden="true"></span> ${barKinds[kind]}</li>`).join('')}</ul>
<div class="scroll" role="region" aria-label="Timeline" tabindex="0">
<div class="plot">
<div class="grid" aria-hidden="true">${axis.ticks.map(({label}, index) => `<span class="tick-${index}">${label}</span>`).join('')}</div>
${blocks.map(({html}) => html).join('\n')}
</div>
</div>
<div id="after-timeline"></div>`,
		rules: [
			`.plot { min-width: ${plotWidth}px; margin-right: ${barWidth}px; }`,
			...axis.ticks.map(({left}, index) => `.tick-${index} { left: ${left}%; }`),
			...blocks.map(({rules}) => rules),
		].join('\n'),
	};
};

const drawGroup = ({name, bars}: TimelineGroup, axis: TimeAxis, id: string): Drawing => {
	const sorted = bars.toSorted((one, other) => one.from - other.from);
	const places = sorted.map(bar => stretchOf(bar, axis));
	const lanes = lanesOf(places.map(({left, width}) => ({left, width: Math.max(narrowest, width)})), gap);
	const height = new Set(lanes).size * laneHeight;
	return {
		html: `<h3 id="${id}-name">${escapeHtml(name)}</h3>
<ul class="lanes" id="${id}" aria-labelledby="${id}-name">
${sorted.map(bar => `<li><a id="bar-${bar.id}" class="bar ${bar.kind}" href="#${bar.id}"><span class="words">${escapeHtml(wordsOf(name, bar))}</span></a></li>`).join('\n')}
</ul>`,
		rules: [
			`#${id} { height: ${height}px; }`,
			...sorted.map((bar, index) => ruleOf(bar, places[index]!, {top: lanes[index]! * laneHeight, axis})),
		].join('\n'),
	};
};

const stretchOf = ({from, last, until = last}: TimelineBar, {leftOf}: TimeAxis): Stretch => {
	const left = leftOf(from);
	return {left, width: leftOf(until) - left};
};

const ruleOf = ({id, last}: TimelineBar, {left, width}: Stretch, {top, axis}: {readonly top: number; readonly axis: TimeAxis}): string => {
	const written = width > 0 ? (axis.leftOf(last) - left) / width * 100 : 100;
	return `#bar-${id} { left: ${rounded(left)}%; width: ${rounded(width)}%; top: ${top}px; --written: ${rounded(written)}%; }`;
};

const rounded = (percent: number): string => String(Number(percent.toFixed(2)));

const wordsOf = (group: string, {from, last, members, bytes, text}: TimelineBar): string =>
	`${group}, ${countText(members.length, 'backup')} ${members.length === 1 ? `of ${minuteOf(from)}` : `from ${minuteOf(from)} to ${minuteOf(last)}`}, ${formatBytes(bytes)}: ${text}`;

/**
A moment for people, to the minute.
*/
export const minuteOf = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')}Z`;
