import {renderTable} from '../table.ts';
import {countText} from '../words.ts';
import {renderReport, type PlanFormat} from './formats.ts';
import {policyText} from './policy-text.ts';
import {type PlannedArtifact, type PlanReport, type Total} from './read-plan.ts';
import {withoutVerdict} from './verdict-words.ts';
import {formatBytes} from '#shared/api/sizes.ts';
import {ageText} from '#shared/retention/words.ts';

/**
A plan as text, newest backups first in a table; `json` and `yaml` hold the report as it is.
*/
export const renderPlan = (report: PlanReport, format: PlanFormat): string => renderReport(report, format, tableOf);

const verdictWords = {keep: 'keep', expire: 'expires', archive: 'archives'} as const;

const tableOf = (report: PlanReport, isWide: boolean): string => {
	const {artifacts, backup, now, refusal} = report;
	if (artifacts.length === 0) {
		return `No backups of ${backup.namespace}/${backup.name} in its catalogue.\n${refusal ? `${refusal}\n` : ''}`;
	}

	const rows = artifacts.toSorted((one, other) => Date.parse(other.takenAt) - Date.parse(one.takenAt) || one.database.localeCompare(other.database));
	const columns = [...plainColumns, ...(isWide ? wideColumns : [])];
	const table = renderTable(columns, rows.map(artifact => columns.map(({cell}) => cell(artifact, new Date(now)))));
	return `${table}\n${totalsText(report)}\nPolicy: ${policyText(report.retention)}\n${refusal ? `A sweep would delete nothing now: ${refusal}\n` : ''}`;
};

type Column = {readonly header: string; readonly isNumber?: boolean; readonly cell: (artifact: PlannedArtifact, now: Date) => string};

const plainColumns: readonly Column[] = [
	{header: 'TAKEN', cell: ({takenAt}) => `${takenAt.slice(0, 19)}Z`},
	{header: 'AGE', isNumber: true, cell: ({takenAt}, now) => ageText(now.getTime() - Date.parse(takenAt))},
	{header: 'DATABASE', cell: ({database}) => database},
	{header: 'TYPE', cell: ({type}) => type},
	{header: 'SIZE', isNumber: true, cell: ({size}) => formatBytes(size)},
	{header: 'CHAIN', cell: ({chain, database}) => chain.slice(database.length + 1).replace(/\.backup.*$/v, '')},
	{header: 'VERDICT', cell: ({verdict, markedSince}) => `${verdictWords[verdict]}${markedSince === undefined ? '' : ' (marked)'}`},
	{header: 'REASON', cell: ({reason}) => withoutVerdict(reason)},
];

const wideColumns: readonly Column[] = [
	{header: 'NAME', cell: ({name}) => name},
	{header: 'RUN', cell: ({runID}) => runID},
	{header: 'TRANSACTIONS', isNumber: true, cell: ({transactions}) => transactions},
	{header: 'VERIFICATION', cell: ({verification}) => verification},
];

const totalsText = ({totals: {keep, expire, archive}}: PlanReport): string => [
	`${totalText(keep)} kept`,
	`${totalText(expire)} to expire and be freed`,
	archive.artifacts > 0 && `${totalText(archive)} to archive`,
].filter(Boolean).join(', ');

const totalText = ({artifacts, bytes}: Total): string => `${countText(artifacts, 'backup')} (${formatBytes(bytes)})`;
