import test from 'ava';
import fc from 'fast-check';
import {
	histories, history, isTruePoint, needs, policy, today, type Taken,
} from './random-history.ts';
import {type CatalogueArtifact} from '#shared/catalogue/artifacts.ts';
import {buildChains, isRestorePoint} from '#shared/catalogue/chains.ts';
import {plan} from '#shared/retention/plan.ts';
import {type RetentionPolicy} from '#shared/retention/policy.ts';

const planned = (artifacts: readonly CatalogueArtifact[], rules: RetentionPolicy | undefined) =>
	plan({
		chains: buildChains(artifacts), policy: rules, now: today, pins: [],
	});

const expiring = (artifacts: readonly CatalogueArtifact[], rules: RetentionPolicy | undefined): ReadonlySet<string> =>
	new Set(planned(artifacts, rules).filter(({verdict}) => verdict !== 'keep').map(({artifact: {name}}) => name));

const filesOf = (taken: readonly Taken[]): readonly CatalogueArtifact[] => taken.map(({artifact}) => artifact);

/** Whatever history and policy come, the law holds; a history that breaks it is printed. */
const law = test.macro((t, check: (taken: readonly Taken[], rules: RetentionPolicy) => boolean) => {
	t.notThrows(() => {
		fc.assert(fc.property(history, policy, check), {numRuns: histories});
	});
});

test('every artifact gets one verdict, with a reason', law, (taken, rules) => {
	const verdicts = planned(filesOf(taken), rules);
	return verdicts.length === taken.length
		&& new Set(verdicts.map(({artifact: {name}}) => name)).size === taken.length
		&& verdicts.every(({verdict, reason}) => reason.startsWith(verdict === 'keep' ? 'kept: ' : 'expires: ') && !reason.includes('undefined'));
});

test('the newest restore point of every database, and all it needs, stays', law, (taken, rules) => {
	const gone = expiring(filesOf(taken), rules);
	const lineages = Map.groupBy(taken.filter(one => isTruePoint(one)), ({artifact: {databaseID, targetUID}}) => `${targetUID} ${databaseID}`);
	return [...lineages.values()].every(points => {
		const newest = points.toSorted((one, other) => Date.parse(other.artifact.orderTime) - Date.parse(one.artifact.orderTime))[0]!;
		return needs(newest)!.every(({artifact: {name}}) => !gone.has(name));
	});
});

test('nothing that stays loses something that it needs', law, (taken, rules) => {
	const gone = expiring(filesOf(taken), rules);
	return taken.every(one => gone.has(one.artifact.name) || (needs(one) ?? []).every(({artifact: {name}}) => !gone.has(name)));
});

test('the order of the listing does not matter', law, (taken, rules) => {
	const artifacts = filesOf(taken);
	const byName = artifacts.toSorted((one, other) => one.name < other.name ? -1 : 1);
	return fc.stringify(planned(artifacts, rules)) === fc.stringify(planned(artifacts.toReversed(), rules))
		&& fc.stringify(planned(artifacts, rules)) === fc.stringify(planned(byName, rules));
});

test('planning again for what stayed expires nothing more', law, (taken, rules) => {
	const gone = expiring(filesOf(taken), rules);
	return expiring(filesOf(taken).filter(({name}) => !gone.has(name)), rules).size === 0;
});

test('a wider policy never expires more', t => {
	const widened = fc.record({
		age: fc.integer({min: 0, max: 40}), count: fc.integer({min: 0, max: 8}), minimum: fc.integer({min: 0, max: 3}), kept: fc.integer({min: 0, max: 3}),
	});
	const expiresNoMore = fc.property(history, policy, widened, (taken, rules, more) => {
		const wider: RetentionPolicy = {
			...rules,
			...(rules.maxAge && {maxAge: {text: 'wider', milliseconds: rules.maxAge.milliseconds + (more.age * 86_400_000)}}),
			...(rules.maxCount && {maxCount: rules.maxCount + more.count}),
			...(rules.keep && {keep: Object.fromEntries(Object.entries(rules.keep).map(([period, kept]) => [period, kept + more.kept]))}),
			minCount: rules.minCount + more.minimum,
		};
		return expiring(filesOf(taken), wider).isSubsetOf(expiring(filesOf(taken), rules));
	});
	t.notThrows(() => {
		fc.assert(expiresNoMore, {numRuns: histories});
	});
});

test('files of another database change nothing', law, (taken, rules) => {
	const [mine, others] = [filesOf(taken).filter(({database}) => database === 'db0'), filesOf(taken).filter(({database}) => database !== 'db0')];
	const together = expiring([...mine, ...others], rules);
	return mine.every(({name}) => together.has(name) === expiring(mine, rules).has(name));
});

test('what failed or cannot be restored neither protects nor pushes out a restore point', law, (taken, rules) => {
	const gone = expiring(filesOf(taken), rules);
	const goodOnly = filesOf(taken.filter(one => needs(one) !== undefined));
	const goneOfGood = expiring(goodOnly, rules);
	return taken.filter(one => isTruePoint(one)).every(({artifact: {name}}) => gone.has(name) === goneOfGood.has(name));
});

test('an empty differential backup pushes nothing out', law, (taken, rules) => {
	const gone = expiring(filesOf(taken), rules);
	const goneWithout = expiring(filesOf(taken).filter(({highestTx}) => highestTx > 0), rules);
	return taken.filter(one => isTruePoint(one)).every(({artifact: {name}}) => goneWithout.has(name) || !gone.has(name));
});

test('what is dated in the future stays and counts for nothing', law, (taken, rules) => {
	const isAhead = ({takenAt}: CatalogueArtifact) => Date.parse(takenAt) > today.getTime();
	const gone = expiring(filesOf(taken), rules);
	// A chain with a restore point of the present counts by that one.
	const chains = buildChains(filesOf(taken)).filter(({members}) => !members.some(member => isAhead(member)) || members.some(member => isRestorePoint(member, today)));
	const goneWithout = new Set(plan({
		chains, policy: rules, now: today, pins: [],
	}).filter(({verdict}) => verdict === 'expire').map(({artifact: {name}}) => name));
	return filesOf(taken).every(one => !isAhead(one) || !gone.has(one.name))
		&& chains.every(({members}) => members.every(({name}) => gone.has(name) === goneWithout.has(name)));
});

test('without a policy nothing expires', law, taken => expiring(filesOf(taken), undefined).size === 0);

test('a restore point expires only for a rule that a person can check', law, (taken, rules) => {
	const gone = expiring(filesOf(taken), rules);
	const points = taken.filter(one => isTruePoint(one)).map(({artifact}) => artifact);
	return points.filter(({name}) => gone.has(name)).every(point => {
		const newer = points.filter(({database, orderTime}) => database === point.database && Date.parse(orderTime) > Date.parse(point.orderTime)).length;
		const isTooOld = rules.maxAge !== undefined && today.getTime() - Date.parse(point.takenAt) > rules.maxAge.milliseconds;
		const isTooMany = rules.maxCount !== undefined && newer >= rules.maxCount;
		return newer >= Math.max(rules.minCount, 1) && (isTooOld || isTooMany || (!rules.maxAge && !rules.maxCount));
	});
});
