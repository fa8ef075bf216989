import {countText} from '../words.ts';
import {escapeHtml} from './escape-html.ts';
import {cells, number, renderHtmlTable} from './html-table.ts';
import {type Page} from './html.ts';
import {policyText} from './policy-text.ts';
import {type SimulatedChain} from './simulate.ts';
import {type SimulationReport} from './simulate-backup.ts';
import {drawStorageCurve} from './storage-curve.ts';
import {drawTimeline, minuteOf, type TimelineBar} from './timeline.ts';
import {formatBytes} from '#shared/api/sizes.ts';

/**
What a schedule and a policy lead to: the storage curve, the weeks as a table, and the chains as a timeline and as a table. All databases fare alike, so that the chains of one are drawn.
*/
export const simulationPage = (report: SimulationReport): Page => {
	const {name, days, databases, weeks, chains} = report;
	const isArchiving = weeks.some(({archivedBytes}) => archivedBytes > 0);
	const bars = chains.filter(({database}) => database === databases[0]).map((chain, index) => barOf(chain, `chain-${index + 1}`, endOf(report)));
	const timeline = drawTimeline([{name: databases.length === 1 ? databases[0]! : `Each of ${databases.join(', ')}`, bars}]);
	return {
		title: `${name}, ${countText(days, 'day')} ahead`,
		body: `${introduction(report)}
<h2>Storage</h2>
${drawStorageCurve(weeks)}
<h2>Weeks</h2>
${renderHtmlTable({
	caption: `What is there at the end of each week${databases.length > 1 ? ', of all databases together' : ''}`,
	headers: ['Until', 'Runs', 'Backups', 'Chains', 'Expired', 'Storage', ...(isArchiving ? ['Archived'] : [])],
	groups: [{
		rows: weeks.map(week => [
			...cells(week.until.toISOString().slice(0, 10)),
			...[week.runs, week.restorePoints, week.chains, week.expired].map(count => number(String(count))),
			...[week.bytes, ...(isArchiving ? [week.archivedBytes] : [])].map(bytes => number(formatBytes(bytes))),
		]),
	}],
})}
<h2>Chains</h2>
${timeline.html}
${renderHtmlTable({
	caption: `Chains of ${databases.length > 1 ? 'each database' : databases[0]!}, oldest first`,
	headers: ['First', 'Last', 'Backups', 'Size', 'At the end'],
	groups: bars.map(({id, from, last, members, bytes, text}) => ({
		id, rows: [[...cells(minuteOf(from), minuteOf(last)), number(String(members.length)), number(formatBytes(bytes)), ...cells(text)]],
	})),
})}`,
		rules: timeline.rules,
	};
};

const introduction = ({from, databases, sizes, schedules, retention, notes}: SimulationReport): string => `<p>As if every run succeeded at its instant from ${minuteOf(from.getTime())} on, and a sweep followed each: ${escapeHtml(databases.join(', '))}, a full backup of ${formatBytes(sizes.full)} and a differential one of ${formatBytes(sizes.differential)} each.</p>
<p>Schedule: ${escapeHtml(schedules.join('; '))}. Policy: ${escapeHtml(policyText(retention))}.</p>
${notes.map(note => `<p class="note">${escapeHtml(note)}</p>`).join('\n')}`;

const endOf = ({from, days}: SimulationReport): number => from.getTime() + (days * 24 * 60 * 60_000);

const barOf = ({from, last, gone, became, members, bytes}: SimulatedChain, id: string, end: number): TimelineBar => ({
	id,
	kind: became === 'deleted' ? 'gone' : became ?? 'keep',
	from: from.getTime(),
	last: last.getTime(),
	until: gone?.getTime() ?? end,
	members: members.map(time => time.getTime()),
	bytes,
	text: gone ? `${became!} ${minuteOf(gone.getTime())}` : 'still there',
});
