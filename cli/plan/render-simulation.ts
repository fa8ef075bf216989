import {renderTable} from '../table.ts';
import {countText} from '../words.ts';
import {renderReport, type PlanFormat} from './formats.ts';
import {policyText} from './policy-text.ts';
import {type SimulationReport} from './simulate-backup.ts';
import {formatBytes} from '#shared/api/sizes.ts';

/** Characters of the longest bar of the storage curve. */
const barLength = 30;

/**
A simulation as text: a line for each week, with the storage as a bar; `json` and `yaml` hold the report as it is.
*/
export const renderSimulation = (report: SimulationReport, format: PlanFormat): string => renderReport(report, format, tableOf);

const columns = [
	{header: 'UNTIL'}, {header: 'RUNS', isNumber: true}, {header: 'BACKUPS', isNumber: true}, {header: 'CHAINS', isNumber: true}, {header: 'EXPIRED', isNumber: true}, {header: 'STORAGE', isNumber: true}, {header: ''},
];

const tableOf = ({weeks, sizes, databases, name, days, schedules, retention, notes}: SimulationReport): string => {
	const most = Math.max(1, ...weeks.map(({bytes, archivedBytes}) => bytes + archivedBytes));
	const rows = weeks.map(({until, runs, restorePoints, chains, expired, bytes, archivedBytes}) => [
		until.toISOString().slice(0, 10),
		String(runs),
		String(restorePoints),
		String(chains),
		String(expired),
		`${formatBytes(bytes)}${archivedBytes > 0 ? ` + ${formatBytes(archivedBytes)} archived` : ''}`,
		'█'.repeat(Math.round(bytes / most * barLength)) + '░'.repeat(Math.round(archivedBytes / most * barLength)),
	]);
	return `${name} played forward for ${countText(days, 'day')}: ${databases.join(', ')}, a FULL of ${formatBytes(sizes.full)} and a DIFF of ${formatBytes(sizes.differential)} each
Schedule: ${schedules.join('; ')}
Policy: ${policyText(retention)}
${notes.map(note => `Note: ${note}\n`).join('')}
${renderTable(columns, rows)}`;
};
