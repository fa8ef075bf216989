import {type TestFn} from 'ava';
import fc from 'fast-check';

export type Law<Case> = {readonly title: string; readonly holds: (given: Case) => boolean};

type Laws<Case> = {readonly cases: fc.Arbitrary<Case>; readonly numRuns: number; readonly laws: ReadonlyArray<Law<Case>>};

/**
Declares laws that hold for whatever case comes, each as a test of its own. To make a case costs as much as to look at it, so each is made once for all laws. A case that breaks a law is made as small as it gets, and printed with the seed that makes it again.
*/
export const declareLaws = <Case>(test: TestFn, declared: Laws<Case>): void => {
	let reports: ReadonlyMap<string, string> | undefined;
	const reportOf = (title: string): string => {
		reports ??= brokenLaws(declared);
		return reports.get(title) ?? '';
	};

	for (const {title} of declared.laws) {
		test(title, t => {
			t.is(reportOf(title), '');
		});
	}
};

/** What is wrong with each law that does not hold. One that broke is left out while the others go on. */
const brokenLaws = <Case>({cases, numRuns, laws}: Laws<Case>): ReadonlyMap<string, string> => {
	const reports = new Map<string, string>();
	let rest = laws;
	for (;;) {
		const broken = firstBroken({cases, numRuns, laws: rest});
		if (broken === undefined) {
			return reports;
		}

		reports.set(broken.title, broken.report);
		rest = rest.filter(({title}) => title !== broken.title);
	}
};

const firstBroken = <Case>({cases, numRuns, laws}: Laws<Case>): {readonly title: string; readonly report: string} | undefined => {
	let broken: Law<Case> | undefined;
	const result = fc.check(fc.property(cases, given => {
		// Once a law broke, smaller cases are looked for that break the same.
		const found = (broken ? [broken] : laws).find(law => breaks(law, given));
		broken ??= found;
		return found === undefined;
	}), {numRuns});
	return broken && {title: broken.title, report: (fc.defaultReportMessage(result) ?? 'it broke once and holds when looked at again').replaceAll(/\s*\n\s*/gv, ' ')};
};

const breaks = <Case>({holds}: Law<Case>, given: Case): boolean => {
	try {
		return !holds(given);
	} catch {
		return true;
	}
};
