import {countText} from '../words.ts';
import {escapeHtml} from './escape-html.ts';
import {
	cells, number, renderHtmlTable, type Cell, type RowGroup,
} from './html-table.ts';
import {type Page} from './html.ts';
import {policyText} from './policy-text.ts';
import {type PlannedArtifact, type PlanReport} from './read-plan.ts';
import {
	barKinds, drawTimeline, minuteOf, type TimelineBar,
} from './timeline.ts';
import {withoutVerdict} from './verdict-words.ts';
import {formatBytes} from '#shared/api/sizes.ts';
import {ageText} from '#shared/retention/words.ts';

/**
What retention does with each backup: totals, a timeline of the chains, and a table for each database, newest first.
*/
export const planPage = (report: PlanReport): Page => {
	const {backup, now, artifacts, retention, refusal} = report;
	const chains = [...Map.groupBy(artifacts, ({chain}) => chain).values()]
		.map((members, index) => ({id: `chain-${index + 1}`, members: members.toSorted((one, other) => Date.parse(one.takenAt) - Date.parse(other.takenAt))}));
	const databases = [...Map.groupBy(chains, ({members: [first]}) => first!.database)].toSorted(([one], [other]) => one.localeCompare(other));
	const timeline = drawTimeline(databases.map(([name, ofDatabase]) => ({name, bars: ofDatabase.map(chain => barOf(chain))})));
	const tables = databases.map(([name, ofDatabase]) => `<h3>${escapeHtml(name)}</h3>
${renderHtmlTable({
	caption: `Backups of ${name}, newest first`,
	headers: ['Taken', 'Verdict', 'Type', 'Size', 'Age', 'Reason', 'File'],
	groups: ofDatabase.toSorted((one, other) => startOf(other) - startOf(one)).map(chain => groupOf(chain, Date.parse(now))),
})}`);
	return {
		title: `Retention of ${backup.namespace}/${backup.name}`,
		body: `<p>As of ${minuteOf(Date.parse(now))}. Policy: ${escapeHtml(policyText(retention))}.</p>
${refusal === undefined ? '' : `<p class="note"><strong>A sweep would delete nothing now:</strong> ${escapeHtml(refusal)}</p>\n`}${totalsOf(report)}
<h2>Chains</h2>
${timeline.html}
<h2>Backups</h2>
${tables.join('\n') || '<p>There are no backups.</p>'}`,
		rules: timeline.rules,
	};
};

type PlannedChain = {readonly id: string; readonly members: readonly PlannedArtifact[]};

const startOf = ({members: [first]}: PlannedChain): number => Date.parse(first!.takenAt);

const totalsOf = ({totals: {keep, expire, archive}}: PlanReport): string => `<ul class="totals" aria-label="Totals">
<li>Kept<strong>${formatBytes(keep.bytes)}</strong>${countText(keep.artifacts, 'backup')}</li>
<li>To be freed<strong>${formatBytes(expire.bytes)}</strong>${countText(expire.artifacts, 'backup')}</li>
${archive.artifacts > 0 ? `<li>To be archived<strong>${formatBytes(archive.bytes)}</strong>${countText(archive.artifacts, 'backup')}</li>\n` : ''}</ul>`;

const barOf = ({id, members}: PlannedChain): TimelineBar => {
	const times = members.map(({takenAt}) => Date.parse(takenAt));
	const {verdict, reason} = members.find(member => member.verdict !== 'keep') ?? members[0]!;
	return {
		id,
		kind: verdict,
		from: times[0]!,
		last: times.at(-1)!,
		members: times,
		bytes: bytesOf(members),
		text: `${barKinds[verdict]}, ${withoutVerdict(reason)}`,
	};
};

const groupOf = ({id, members}: PlannedChain, now: number): RowGroup => ({
	id,
	heading: `Chain of ${minuteOf(Date.parse(members[0]!.takenAt))}: ${countText(members.length, 'backup')}, ${formatBytes(bytesOf(members))}`,
	rows: members.toReversed().map(member => rowOf(member, now)),
});

const rowOf = ({takenAt, type, size, verdict, reason, markedSince, name}: PlannedArtifact, now: number): readonly Cell[] => [
	...cells(`${takenAt.slice(0, 19).replace('T', ' ')}Z`),
	{text: barKinds[verdict], kind: verdict},
	...cells(type),
	number(formatBytes(size)),
	number(ageText(now - Date.parse(takenAt))),
	{text: `${withoutVerdict(reason)}${markedSince === undefined ? '' : `; marked since ${minuteOf(Date.parse(markedSince))}`}`, kind: 'reason'},
	{text: name, kind: 'file'},
];

const bytesOf = (members: readonly PlannedArtifact[]): number => members.reduce((sum, {size}) => sum + size, 0);
