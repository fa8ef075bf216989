import {type VerificationResult} from '../run-folder.ts';

/**
What the check of an artifact says of it.
*/
export type Checked = {readonly verification: 'passed'} | {readonly verification: 'failed'; readonly reason: string};

/**
Judges a check: only exit code 0 is a pass. One that could not be done is no pass either: who asked for verification does not want to count on what was not verified (decision D75).
*/
export const checked = (result: VerificationResult | undefined): Checked => {
	if (result?.exitCode === 0) {
		return {verification: 'passed'};
	}

	return {verification: 'failed', reason: result?.report ? `neo4j-admin database check found inconsistencies: ${firstLines(result.report)}` : `it could not be checked: ${whyNot(result)}`};
};

/** 128 and the number of SIGKILL. */
const killed = 137;

const whyNot = (result: VerificationResult | undefined): string => {
	if (result?.exitCode === undefined) {
		return 'the container `verify` left no result';
	}

	return result.exitCode === killed
		? 'neo4j-admin was killed, mostly for want of memory: raise options.resources.limits.memory'
		: lastLine(result.log) ?? `exit code ${result.exitCode}`;
};

const linesOf = (text: string): readonly string[] => text.split('\n').map(line => line.trim().slice(0, 200)).filter(Boolean);

const firstLines = (report: string): string => linesOf(report).slice(0, 3).join(' | ');

const lastLine = (log: string): string | undefined => linesOf(log).findLast(line => !/^at |^\.{3}|^\.+\s+\d+%$/v.test(line));
