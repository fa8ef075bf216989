/**
The ids of the contract's rows, in their order.
*/
export const contractRows = (markdown: string): readonly string[] => [...markdown.matchAll(/^\| (?<id>[A-Z]-\d{3}) \|/gmv)].map(match => match.groups!['id']!);

/**
The rows that a passed test names in front of its title, out of TAP reports. A test that failed, was skipped or is expected to fail proves nothing; a row that any failing test names is not proven.
*/
export const provenRows = (reports: readonly string[]): ReadonlySet<string> => {
	const lines = reports.flatMap(report => report.split('\n'));
	const named = (pattern: RegExp) => lines.filter(line => pattern.test(line) && !/# (?:SKIP|TODO)/iv.test(line)).flatMap(line => idsOf(line));
	const failed = new Set(named(/^\s*not ok /v));
	return new Set(named(/^\s*ok /v).filter(id => !failed.has(id)));
};

/** Titles look like `[B-041] …` or `[B-041] [B-042] …`, behind the name of their file. */
const idsOf = (line: string): readonly string[] => {
	const title = /(?<ids>(?:\[[A-Z]-\d{3}\] ?)+)/v.exec(line)?.groups?.['ids'] ?? '';
	return [...title.matchAll(/[A-Z]-\d{3}/gv)].map(([id]) => id);
};

/**
One line a prefix (`B 98/167`), then the rows without a passing test.
*/
export const contractReport = (rows: readonly string[], proven: ReadonlySet<string>): {readonly text: string; readonly complete: boolean} => {
	const prefixes = [...new Set(rows.map(row => row[0]!))];
	const counts = prefixes.map(prefix => {
		const own = rows.filter(row => row.startsWith(prefix));
		return `${prefix} ${own.filter(row => proven.has(row)).length}/${own.length}`;
	});
	const open = rows.filter(row => !proven.has(row));
	return {text: [...counts, ...(open.length > 0 ? ['', 'without a passing test:', ...wrap(open)] : [])].join('\n'), complete: open.length === 0};
};

const wrap = (ids: readonly string[]): readonly string[] => Array.from({length: Math.ceil(ids.length / 12)}, (_, index) => ids.slice(index * 12, (index + 1) * 12).join(' '));
