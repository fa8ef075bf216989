import {escapeHtml} from './escape-html.ts';
import {present} from '#shared/present.ts';

export type Cell = {readonly text: string; readonly kind?: string};

/** Rows that belong together. */
export type RowGroup = {
	/** What links lead to. */
	readonly id?: string;
	/** A line of its own above the rows. */
	readonly heading?: string;
	readonly rows: ReadonlyArray<readonly Cell[]>;
};

export type Table = {readonly caption: string; readonly headers: readonly string[]; readonly groups: readonly RowGroup[]};

/**
A table that names its columns and rows, and that can be scrolled sideways by keyboard where it is too wide.
*/
export const renderHtmlTable = ({caption, headers, groups}: Table): string => `<div class="scroll" role="region" aria-label="${escapeHtml(caption)}" tabindex="0">
<table>
<caption><span class="stays">${escapeHtml(caption)}</span></caption>
<thead><tr>${headers.map((header, column) => renderCell('th scope="col"', {text: header, ...present({kind: kindOf(groups, column)})})).join('')}</tr></thead>
${groups.map(group => renderGroup(group, headers.length)).join('\n')}
</table>
</div>`;

/** A header stands where the numbers below it do. */
const kindOf = ([group]: readonly RowGroup[], column: number): string | undefined => group?.rows[0]?.[column]?.kind === 'number' ? 'number' : undefined;

const renderGroup = ({id, heading, rows}: RowGroup, width: number): string => `<tbody${id === undefined ? '' : ` id="${id}"`}>
${heading === undefined ? '' : `<tr class="group"><td colspan="${width}"><span class="stays">${escapeHtml(heading)}</span></td></tr>\n`}${rows.map(([first, ...others]) => `<tr>${renderCell('th scope="row"', first!)}${others.map(cell => renderCell('td', cell)).join('')}</tr>`).join('\n')}
</tbody>`;

const renderCell = (element: string, {text, kind}: Cell): string => `<${element}${kind === undefined ? '' : ` class="${kind}"`}>${escapeHtml(text)}</${element.slice(0, 2)}>`;

/**
Cells without a kind of their own.
*/
export const cells = (...texts: readonly string[]): readonly Cell[] => texts.map(text => ({text}));

/**
A number, which stands under the others of its column.
*/
export const number = (text: string): Cell => ({text, kind: 'number'});
