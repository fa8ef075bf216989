import {glob, readFile} from 'node:fs/promises';
import path from 'node:path';
import {checkout} from '../cluster/own-cluster.ts';

/**
Files with scenarios that stay on the embedded API server, and why.
*/
export const embeddedOnly: Readonly<Record<string, string>> = {
	'test/system/beside-operator.test.ts': 'makes the kinds of another operator, which a real API server has from its start: its garbage collector learns of later ones only half a minute after them',
};

/**
What each run of `npm run e2e` takes of the scenarios.
*/
export const representative: readonly string[] = [
	'test/functions/backup-run.test.ts',
	'test/functions/launch-backup/claims.test.ts',
	'test/functions/launch-backup/recorded-start.test.ts',
	'test/local/apiserver/alike.test.ts',
	'test/local/cluster/problems.test.ts',
	'test/system/start-on-cluster.test.ts',
];

/** How a test begins a scenario, or takes an API server. */
const startsScenario = /\b(?:startScenario|startDesk|shareDesk|startExamples|runFlow|startTestApi)\b|from '\.\/server\.ts'/v;

/**
All files of tests that run on a real API server too.
*/
export const scenarioFiles = async (): Promise<readonly string[]> => {
	const found: string[] = [];
	for await (const file of glob('test/{cli,functions,local,system}/**/*.test.ts', {cwd: checkout})) {
		const text = await readFile(path.join(checkout, file), 'utf8');
		if (startsScenario.test(text) && !(file in embeddedOnly)) {
			found.push(file);
		}
	}

	return found.toSorted();
};

/**
Whether a file of tests is one with scenarios, by where it lies.
*/
export const isScenario = (file: string): boolean => /^test\/(?:cli|functions|local|system)\//v.test(path.relative(checkout, path.resolve(file)));
