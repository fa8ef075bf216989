import test from 'ava';
import fc from 'fast-check';
import {declareLaws, type Law} from './laws.ts';
import {
	histories, history, isTruePoint, needs, policy, today, type Taken,
} from './random-history.ts';
import {isArchived, type CatalogueArtifact} from '#shared/catalogue/artifacts.ts';
import {buildChains, isRestorePoint} from '#shared/catalogue/chains.ts';
import {plan, type Verdict} from '#shared/retention/plan.ts';
import {type RetentionPolicy} from '#shared/retention/policy.ts';

/** A directory, a policy, and how much wider another one is. */
type Case = {readonly taken: readonly Taken[]; readonly rules: RetentionPolicy; readonly more: {readonly days: number; readonly count: number; readonly minimum: number; readonly kept: number}};

const cases: fc.Arbitrary<Case> = fc.record({
	taken: history,
	rules: policy,
	more: fc.record({
		days: fc.integer({min: 0, max: 40}), count: fc.integer({min: 0, max: 8}), minimum: fc.integer({min: 0, max: 3}), kept: fc.integer({min: 0, max: 3}),
	}),
});

const planned = (artifacts: readonly CatalogueArtifact[], rules: RetentionPolicy | undefined): readonly Verdict[] =>
	plan({
		chains: buildChains(artifacts), policy: rules, now: today, pins: [],
	});

const expiring = (artifacts: readonly CatalogueArtifact[], rules: RetentionPolicy | undefined): ReadonlySet<string> => goingIn(planned(artifacts, rules));

const goingIn = (verdicts: readonly Verdict[]): ReadonlySet<string> => new Set(verdicts.filter(({verdict}) => verdict !== 'keep').map(({artifact: {name}}) => name));

const filesOf = (taken: readonly Taken[]): readonly CatalogueArtifact[] => taken.map(({artifact}) => artifact);

// Most laws compare with the same plan.
const plans = new WeakMap<Case, readonly Verdict[]>();

const planOf = (given: Case): readonly Verdict[] => {
	const verdicts = plans.get(given) ?? planned(filesOf(given.taken), given.rules);
	plans.set(given, verdicts);
	return verdicts;
};

const goneOf = (given: Case): ReadonlySet<string> => goingIn(planOf(given));

const widerThan = ({rules, more}: Case): RetentionPolicy => ({
	...rules,
	...(rules.maxAge && {maxAge: {text: 'wider', milliseconds: rules.maxAge.milliseconds + (more.days * 86_400_000)}}),
	...(rules.maxCount && {maxCount: rules.maxCount + more.count}),
	...(rules.keep && {keep: Object.fromEntries(Object.entries(rules.keep).map(([period, kept]) => [period, kept + more.kept]))}),
	minCount: rules.minCount + more.minimum,
});

const isAhead = ({takenAt}: CatalogueArtifact): boolean => Date.parse(takenAt) > today.getTime();

const laws: ReadonlyArray<Law<Case>> = [
	{
		title: 'every artifact gets one verdict, with a reason',
		holds(given) {
			const verdicts = planOf(given);
			return verdicts.length === given.taken.length
				&& new Set(verdicts.map(({artifact: {name}}) => name)).size === given.taken.length
				&& verdicts.every(({verdict, reason}) => reason.startsWith(verdict === 'keep' ? 'kept: ' : 'expires: ') && !/undefined|NaN/v.test(reason));
		},
	},
	{
		title: 'a chain goes as a whole, when no member of it stays',
		holds(given) {
			const chains = Map.groupBy(planOf(given), ({chain}) => chain);
			return [...chains.values()].every(chain => new Set(chain.filter(({artifact}) => !isArchived(artifact)).map(({verdict}) => verdict)).size <= 1);
		},
	},
	{
		title: 'the newest restore point of every database, and all it needs, stays',
		holds(given) {
			const gone = goneOf(given);
			const lineages = Map.groupBy(given.taken.filter(one => isTruePoint(one)), ({artifact: {databaseID, targetUID}}) => `${targetUID} ${databaseID}`);
			return [...lineages.values()].every(points => {
				const newest = points.toSorted((one, other) => Date.parse(other.artifact.orderTime) - Date.parse(one.artifact.orderTime))[0]!;
				return needs(newest)!.every(({artifact: {name}}) => !gone.has(name));
			});
		},
	},
	{
		title: 'nothing that stays loses something that it needs',
		holds(given) {
			const gone = goneOf(given);
			return given.taken.every(one => gone.has(one.artifact.name) || (needs(one) ?? []).every(({artifact: {name}}) => !gone.has(name)));
		},
	},
	{
		title: 'the order of the listing does not matter',
		holds(given) {
			const artifacts = filesOf(given.taken);
			const said = (listed: readonly CatalogueArtifact[]) => planned(listed, given.rules).map(({artifact: {name}, verdict, reason}) => `${name} ${verdict} ${reason}`).join('\n');
			return said(artifacts.toReversed()) === said(artifacts) && said(artifacts.toSorted((one, other) => one.name < other.name ? -1 : 1)) === said(artifacts);
		},
	},
	{
		title: 'planning again for what stayed expires nothing more',
		holds(given) {
			const gone = goneOf(given);
			return expiring(filesOf(given.taken).filter(({name}) => !gone.has(name)), given.rules).size === 0;
		},
	},
	{
		title: 'a wider policy never expires more',
		holds: given => expiring(filesOf(given.taken), widerThan(given)).isSubsetOf(goneOf(given)),
	},
	{
		title: 'files of another database change nothing',
		holds(given) {
			const together = goneOf(given);
			const mine = filesOf(given.taken).filter(({database}) => database === 'db0');
			const alone = expiring(mine, given.rules);
			return mine.every(({name}) => together.has(name) === alone.has(name));
		},
	},
	{
		title: 'what failed or cannot be restored neither protects nor pushes out a restore point',
		holds(given) {
			const gone = goneOf(given);
			// What is archived holds what it builds on.
			const goneOfGood = expiring(filesOf(given.taken.filter(one => needs(one) !== undefined || isArchived(one.artifact))), given.rules);
			return given.taken.filter(one => isTruePoint(one)).every(({artifact: {name}}) => gone.has(name) === goneOfGood.has(name));
		},
	},
	{
		title: 'an empty differential backup pushes nothing out',
		holds(given) {
			const gone = goneOf(given);
			const goneWithout = expiring(filesOf(given.taken).filter(({highestTx}) => highestTx > 0), given.rules);
			return given.taken.filter(one => isTruePoint(one)).every(({artifact: {name}}) => goneWithout.has(name) || !gone.has(name));
		},
	},
	{
		title: 'a backup that was not verified counts as one that passed',
		holds(given) {
			const passed = filesOf(given.taken).map((one): CatalogueArtifact => one.verification === 'notRequested' ? {...one, verification: 'passed'} : one);
			return expiring(passed, given.rules).symmetricDifference(goneOf(given)).size === 0;
		},
	},
	{
		title: 'what is dated in the future stays and counts for nothing',
		holds(given) {
			const gone = goneOf(given);
			// A chain with a restore point of the present counts by that one.
			const chains = buildChains(filesOf(given.taken)).filter(({members}) => !members.some(member => isAhead(member)) || members.some(member => isRestorePoint(member, today)));
			const goneWithout = goingIn(plan({
				chains, policy: given.rules, now: today, pins: [],
			}));
			return filesOf(given.taken).every(one => !isAhead(one) || !gone.has(one.name))
				&& chains.every(({members}) => members.every(({name}) => gone.has(name) === goneWithout.has(name)));
		},
	},
	{
		title: 'what is pinned stays, with all it needs',
		holds(given) {
			const pinned = given.taken.filter((_, index) => index % 5 === 0);
			const pins = [{restore: 'neo4j/back', artifacts: pinned.filter((_, index) => index % 2 === 0).map(({artifact: {name}}) => name)}];
			const runs = pinned.filter((_, index) => index % 2 === 1).map(({artifact: {runID}}) => runID);
			const gone = goingIn(plan({
				chains: buildChains(filesOf(given.taken)), policy: {...given.rules, pinned: runs}, now: today, pins,
			}));
			return pinned.every(one => !gone.has(one.artifact.name) && (needs(one) ?? []).every(({artifact: {name}}) => !gone.has(name)));
		},
	},
	{
		title: 'without a policy nothing expires',
		holds: given => expiring(filesOf(given.taken), undefined).size === 0,
	},
	{
		title: 'a restore point expires only for a rule that a person can check',
		holds(given) {
			const {rules} = given;
			const gone = goneOf(given);
			const points = given.taken.filter(one => isTruePoint(one)).map(({artifact}) => artifact);
			return points.filter(({name}) => gone.has(name)).every(point => {
				const newer = points.filter(({database, orderTime}) => database === point.database && Date.parse(orderTime) > Date.parse(point.orderTime)).length;
				const isTooOld = rules.maxAge !== undefined && today.getTime() - Date.parse(point.takenAt) > rules.maxAge.milliseconds;
				const isTooMany = rules.maxCount !== undefined && newer >= rules.maxCount;
				return newer >= Math.max(rules.minCount, 1) && (isTooOld || isTooMany || (!rules.maxAge && !rules.maxCount));
			});
		},
	},
];

declareLaws(test, {cases, numRuns: histories, laws});
