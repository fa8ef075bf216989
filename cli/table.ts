/**
Rows in columns as kubectl prints them: upper-case headers, three spaces between, nothing at the end of a line. Columns of numbers are right-aligned.
*/
export const renderTable = (columns: ReadonlyArray<{readonly header: string; readonly isNumber?: boolean}>, rows: ReadonlyArray<readonly string[]>): string => {
	const widths = columns.map(({header}) => header.length);
	for (const row of rows) {
		for (const [index, cell] of row.entries()) {
			widths[index] = Math.max(widths[index]!, cell.length);
		}
	}

	const line = (cells: readonly string[]): string => cells
		.map((cell, index) => columns[index]!.isNumber ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!))
		.join('   ')
		.trimEnd();
	return [line(columns.map(({header}) => header)), ...rows.map(row => line(row))].map(text => `${text}\n`).join('');
};
