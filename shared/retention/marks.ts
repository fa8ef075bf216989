import {isArchived} from '../catalogue/artifacts.ts';
import {type ExpiringMark} from '../catalogue/part.ts';
import {clockToleranceMs} from '../clock-tolerance.ts';
import {type Verdict} from './plan.ts';

/**
The marks that a plan asks for: one for each artifact that may go, since when it has been so without a break. An artifact that stays now loses its mark, and one whose mark is dated in the future starts anew.
*/
export const nextMarks = (verdicts: readonly Verdict[], marks: readonly ExpiringMark[], now: Date): readonly ExpiringMark[] => {
	const before = new Map(marks.map(mark => [mark.name, mark]));
	return verdicts.filter(({verdict}) => verdict !== 'keep').map(({artifact: {name}, reason}) => {
		const since = before.get(name)?.since;
		return {name, since: since !== undefined && Date.parse(since) - now.getTime() <= clockToleranceMs ? since : now.toISOString(), reason};
	});
};

/**
Whether two lists of marks say the same of the same artifacts; reasons may differ.
*/
export const sameMarks = (some: readonly ExpiringMark[], others: readonly ExpiringMark[]): boolean => {
	const since = new Map(some.map(mark => [mark.name, mark.since]));
	return some.length === others.length && others.every(mark => since.get(mark.name) === mark.since);
};

/**
The chains that may be deleted or archived now, each with its verdicts, oldest member first: those of which every member goes and has been marked for the whole grace, in an index that an earlier sweep wrote (decision D39). Members that are archived already are left out.
*/
export const dueChains = (verdicts: readonly Verdict[], marks: readonly ExpiringMark[], {now, graceMs}: Grace): ReadonlyArray<readonly Verdict[]> => {
	const ripe = ripeNames(marks, {now, graceMs});
	const chains = Map.groupBy(verdicts, ({chain}) => chain);
	return [...chains.values()]
		.map(chain => chain.filter(({artifact}) => !isArchived(artifact)))
		.filter(chain => chain.length > 0 && chain.every(({verdict, artifact: {name}}) => verdict !== 'keep' && ripe.has(name)));
};

/**
Artifacts that stay although their grace is over: the policy has been widened, or they are in the archive. A sweep that was cut off may have deleted them before, or have left the original of one that it archived, so that their mark may only be taken back once a listing has shown what is there. What is missing is looked for again each time: the listing that lacked it may have been cut off.
*/
export const doubtfulMarks = (verdicts: readonly Verdict[], marks: readonly ExpiringMark[], grace: Grace): readonly Verdict[] => {
	const ripe = ripeNames(marks, grace);
	return verdicts.filter(({verdict, artifact: {name, state}}) => state === 'missing' || (verdict === 'keep' && (state === 'present' || state === 'archived') && ripe.has(name)));
};

type Grace = {readonly now: Date; readonly graceMs: number};

const ripeNames = (marks: readonly ExpiringMark[], {now, graceMs}: Grace): ReadonlySet<string> =>
	new Set(marks.filter(({since}) => now.getTime() - Date.parse(since) >= graceMs).map(({name}) => name));
