/**
`npm run contract [-- --prefix B]`: which rows of docs/contract.md a test that ran and passed has proven. Reads the results that `npm test` and `npm run e2e` leave in `.results/`; exits with 1 while a row is not proven.
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
		const files = (await readdir(folder)).filter(name => name.endsWith('.tap'));
		return await Promise.all(files.map(async name => readFile(new URL(name, folder), 'utf8')));
	} catch {
		return [];
	}
};

const rows = contractRows(await readFile(new URL('docs/contract.md', root), 'utf8')).filter(row => !prefix || row.startsWith(`${prefix}-`));
const reports = await results();
if (reports.length === 0) {
	console.error('There are no results yet: run `npm test` first.');
	process.exit(1);
}

const {text, complete} = contractReport(rows, provenRows(reports));
console.log(text);
process.exitCode = complete ? 0 : 1;
