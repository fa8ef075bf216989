/**
`npm run contract [-- --prefix B]`: which rows of docs/contract.md a test that ran and passed has proven. Reads the results that `npm test`, `npm run system` and `npm run e2e` leave in `.results/`; exits with 1 while a row is not proven.
*/
import {readdir, readFile} from 'node:fs/promises';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {contractReport, contractRows, provenRows} from './contract-report.ts';

const {values: {prefix}} = parseArgs({options: {prefix: {type: 'string'}}});
const root = new URL('..', import.meta.url);

const results = async (): Promise<readonly string[]> => {
	const folder = new URL('.results/', root);
	try {
		const names = await readdir(folder);
		const reports = names.filter(name => name.endsWith('.tap'));
		return await Promise.all(reports.map(async name => readFile(new URL(name, folder), 'utf8')));
	} catch {
		return [];
	}
};

const contract = await readFile(new URL('docs/contract.md', root), 'utf8');
const rows = contractRows(contract).filter(row => !prefix || row.startsWith(`${prefix}-`));
const reports = await results();
const {text, complete} = contractReport(rows, provenRows(reports));
console.log(reports.length === 0 ? 'There are no results yet: run `npm test` first.' : text);
process.exitCode = complete && reports.length > 0 ? 0 : 1;
