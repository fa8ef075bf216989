import {escapeHtml} from './escape-html.ts';
import {type PlannedArtifact, type PlanReport} from './read-plan.ts';
import {type SimulatedChain} from './simulate.ts';
import {type SimulationReport} from './simulate-backup.ts';
import {renderStorageCurve} from './storage-curve.ts';
import {renderTimeline, type TimelineBar} from './timeline.ts';
import {formatBytes} from '#shared/api/sizes.ts';

export type Page = {readonly plan: PlanReport} | {readonly simulation: SimulationReport};

/**
A plan or a simulation as one page that needs nothing else: no script, no font, no request. Its colours follow the reader's light or dark setting, verdicts are words too, and what is drawn stands in a table below.
*/
export const renderHtml = (page: Page): string => {
	const {title, body} = 'plan' in page ? planPage(page.plan) : simulationPage(page.simulation);
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
};

const style = `
:root { color-scheme: light dark; --ink: #1d2330; --paper: #fff; --faint: #d5dae3; --keep: #1f7a4d; --expire: #b3402a; --archive: #8a6100; --gone: #626b7a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf1; --paper: #14181f; --faint: #39414f; --keep: #54c48a; --expire: #f08a72; --archive: #e0b14a; --gone: #98a2b3; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem; }
svg { width: 100%; height: auto; }
svg text { fill: var(--ink); font-size: 12px; }
.axis line { stroke: var(--faint); }
.keep { color: var(--keep); } .expire { color: var(--expire); } .archive { color: var(--archive); } .gone { color: var(--gone); }
.bar .kept { fill: currentColor; opacity: 0.3; } .bar .chain { fill: currentColor; } .bar .member { stroke: var(--paper); }
.bar:focus { outline: none; } .bar:focus-visible rect { stroke: var(--ink); stroke-width: 2; }
.curve { fill: var(--keep); opacity: 0.6; } .curve.archive { fill: var(--archive); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th, td { padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--faint); text-align: left; vertical-align: top; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.keep, td.expire, td.archive { font-weight: 600; }
`;

const verdictWords = {keep: 'stays', expire: 'expires', archive: 'is archived'} as const;

const planPage = ({backup, now, artifacts, totals, refusal}: PlanReport) => {
	const chains = [...Map.groupBy(artifacts, ({chain}) => chain).values()];
	const total = (['keep', 'expire', 'archive'] as const).filter(verdict => totals[verdict].artifacts > 0)
		.map(verdict => `${totals[verdict].artifacts} (${formatBytes(totals[verdict].bytes)}) ${{keep: 'stay', expire: 'expire', archive: 'are archived'}[verdict]}`);
	const rows = artifacts.map(artifact => [
		cell(artifact.takenAt), cell(artifact.database), cell(artifact.type), cell(formatBytes(artifact.size), 'number'), cell(verdictWords[artifact.verdict], artifact.verdict), cell(artifact.reason), cell(artifact.name),
	]);
	return {
		title: `Retention of ${backup.namespace}/${backup.name}`,
		body: `<p>At ${escapeHtml(now)}: ${total.join(', ') || 'no backups'}.${refusal ? ` <strong>A sweep would delete nothing now:</strong> ${escapeHtml(refusal)}` : ''}</p>
${renderTimeline(chains.map(members => planBar(members, Date.parse(now))))}
<h2>Backups</h2>
${table(['Taken', 'Database', 'Type', 'Size', 'Verdict', 'Reason', 'File'], rows)}`,
	};
};

const planBar = (members: readonly PlannedArtifact[], now: number): TimelineBar => {
	const times = members.map(({takenAt}) => Date.parse(takenAt)).toSorted((one, other) => one - other);
	const {database, verdict, reason} = members[0]!;
	return {
		database,
		verdict,
		from: times[0]!,
		last: times.at(-1)!,
		until: Math.max(now, times.at(-1)!),
		members: times,
		bytes: members.reduce((sum, {size}) => sum + size, 0),
		text: reason,
	};
};

const simulationPage = ({name, from, days, databases, sizes, weeks, chains}: SimulationReport) => {
	const end = from.getTime() + (days * 24 * 60 * 60_000);
	const rows = weeks.map(week => [
		cell(week.until.toISOString().slice(0, 10)),
		...[week.runs, week.restorePoints, week.chains, week.expired].map(count => cell(String(count), 'number')),
		...[week.bytes, week.archivedBytes].map(bytes => cell(formatBytes(bytes), 'number')),
	]);
	return {
		title: `${name}, ${days} days ahead`,
		body: `<p>As if every run succeeded from ${from.toISOString().slice(0, 10)} on: ${escapeHtml(databases.join(', '))}, a full backup of ${formatBytes(sizes.full)} and a differential one of ${formatBytes(sizes.differential)} each.</p>
<h2>Storage</h2>
${renderStorageCurve(weeks)}
<h2>Chains</h2>
${renderTimeline(chains.map(chain => simulatedBar(chain, end)))}
<h2>Weeks</h2>
${table(['Until', 'Runs', 'Backups', 'Chains', 'Expired', 'Storage', 'Archived'], rows)}`,
	};
};

const simulatedBar = ({database, from, last, gone, members, bytes}: SimulatedChain, end: number): TimelineBar => ({
	database,
	verdict: gone ? 'gone' : 'keep',
	from: from.getTime(),
	last: last.getTime(),
	until: gone?.getTime() ?? end,
	members: members.map(time => time.getTime()),
	bytes,
	text: gone ? `gone on ${gone.toISOString().slice(0, 10)}` : 'still there at the end',
});

const cell = (text: string, kind = ''): string => `<td${kind && ` class="${kind}"`}>${escapeHtml(text)}</td>`;

const table = (headers: readonly string[], rows: ReadonlyArray<readonly string[]>): string => `<div class="scroll" tabindex="0" role="region" aria-label="Table">
<table>
<thead><tr>${headers.map(header => `<th scope="col">${header}</th>`).join('')}</tr></thead>
<tbody>
${rows.map(cells => `<tr>${cells.join('')}</tr>`).join('\n')}
</tbody>
</table>
</div>`;
