import {stringify} from 'yaml';

export const planFormats = ['table', 'wide', 'json', 'yaml'] as const;
export type PlanFormat = (typeof planFormats)[number];

/**
A report in the form that was asked for: as it is for programs, or as the table that `tableOf` makes of it for people.
*/
export const renderReport = <Report>(report: Report, format: PlanFormat, tableOf: (report: Report, isWide: boolean) => string): string => {
	switch (format) {
		case 'json': {
			return `${JSON.stringify(report, undefined, 2)}\n`;
		}

		case 'yaml': {
			return stringify(report);
		}

		case 'table':
		case 'wide': {
			return tableOf(report, format === 'wide');
		}
	}
};
