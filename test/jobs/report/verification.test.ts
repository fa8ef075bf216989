import test from 'ava';
import {checked} from '#jobs/report/verification.ts';
import {type VerificationResult} from '#jobs/run-folder.ts';

const log = 'Running consistency check with max off-heap:618.6MiB\n....................  10%\n';

const results: ReadonlyArray<readonly [title: string, result: VerificationResult | undefined, reason: RegExp | undefined]> = [
	['exit code 0 is a pass', {exitCode: 0, log}, undefined],
	['a report is quoted by its first three lines', {exitCode: 1, log, report: 'ERROR: one\n\n\ttwo\nthree\nfour\n'}, /^neo4j-admin database check found inconsistencies: ERROR: one \| two \| three$/v],
	['without a report the log says why there was no check', {exitCode: 1, log: `${log}java.io.IOException: No space left on device\n\tat java.base/x.y(Z.java)\n\t... 3 more\n`}, /^it could not be checked: java\.io\.IOException: No space left on device$/v],
	['a killed check says what to raise', {exitCode: 137, log: `${log}Killed\n`}, /^it could not be checked: .*raise options\.resources\.limits\.memory$/v],
	['a check that never ended is no pass', {exitCode: undefined, log}, /left no result/v],
	['nor is one that never began', undefined, /left no result/v],
	['a silent failure tells its code', {exitCode: 70, log: ''}, /exit code 70/v],
];

for (const [title, result, reason] of results) {
	test(title, t => {
		const answer = checked(result);
		t.is(answer.verification, reason ? 'failed' : 'passed');
		t.regex('reason' in answer ? answer.reason : '', reason ?? /^$/v);
	});
}
