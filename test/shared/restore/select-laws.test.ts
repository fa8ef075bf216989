import test from 'ava';
import fc from 'fast-check';
import {declareLaws} from '../retention/laws.ts';
import {
	histories, history, isTruePoint, needs, today, type Taken,
} from '../retention/random-history.ts';
import {type CatalogueArtifact} from '#shared/catalogue/artifacts.ts';
import {type ChainMember} from '#shared/catalogue/chains.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {selectPoint, type Selection, type WantedPoint} from '#shared/restore/select-point.ts';

type Case = {readonly taken: readonly Taken[]; readonly order: readonly number[]; readonly hours: number};

const cases = fc.record({taken: history, order: fc.infiniteStream(fc.nat()).map(stream => [...stream.take(40)]), hours: fc.integer({min: 0, max: 2400})});

const databases = ['db0', 'db1', 'db2'];

const ofDatabase = (taken: readonly Taken[], database: string): readonly CatalogueArtifact[] => taken.map(({artifact}) => artifact).filter(artifact => artifact.database === database);

/** Undefined where nothing can be selected; what is thrown beside that breaks the law. */
const select = (artifacts: readonly CatalogueArtifact[], database: string, wanted: WantedPoint): Selection | undefined => {
	try {
		return selectPoint({
			database, artifacts, wanted, now: today,
		});
	} catch (error) {
		if (error instanceof ConfigurationError) {
			return undefined;
		}

		throw error;
	}
};

/** Everything that could be asked for. */
const selections = ({taken, hours}: Case): readonly Selection[] => databases.flatMap(database => {
	const artifacts = ofDatabase(taken, database);
	const instant = new Date(today.getTime() - (hours * 3_600_000));
	const wanted: readonly WantedPoint[] = [{kind: 'newest'}, {kind: 'before', instant}, {kind: 'containing', instant}, ...artifacts.flatMap(({name, runID}) => [{kind: 'artifact', name} as const, {kind: 'run', runID} as const])];
	return wanted.map(one => select(artifacts, database, one)).filter(found => found !== undefined);
});

const joins = (next: ChainMember, before: ChainMember): boolean => {
	const overlaps = before.full && next.targetVersion === '2026.02.0' && next.lowestTx <= before.highestTx && next.highestTx >= before.highestTx;
	return !next.full && next.timeline === before.timeline && next.databaseID === before.databaseID && next.targetUID === before.targetUID && (next.lowestTx === before.highestTx + 1 || overlaps);
};

/** The same history, had nothing been archived. */
const thawed = (taken: readonly Taken[]): readonly Taken[] => {
	const copies = new Map<Taken, Taken>();
	for (const one of taken) {
		const {artifact} = one;
		copies.set(one, {artifact: artifact.state === 'archived' ? {...artifact, state: 'present'} : artifact, parents: one.parents.map(parent => copies.get(parent)!)});
	}

	return [...copies.values()];
};

/** From 2026.02 on there may be two ways to the FULL; either is right, and the first law looks at it. */
const hasChoice = ({parents}: Taken): boolean => parents.length > 1 || parents.some(parent => hasChoice(parent));

const takenAt = ({artifact}: Taken): number => Date.parse(artifact.takenAt);

/** What neo4j-admin can cut at an instant, by the truth of the simulation: taken then or later, with a FULL that is not younger whichever way leads to it. */
const contains = (taken: Taken, instant: number): boolean =>
	isTruePoint(taken) && takenAt(taken) >= instant && takenAt(needs(taken)!.at(-1)!) <= instant;

const names = (artifacts: ReadonlyArray<{readonly name: string}>): string => artifacts.map(({name}) => name).toSorted().join(' ');

const newestOf = (points: readonly Taken[]): string | undefined => points.toSorted((one, other) => Date.parse(one.artifact.orderTime) - Date.parse(other.artifact.orderTime)).at(-1)?.artifact.name;

declareLaws<Case>(test, {
	cases,
	numRuns: Math.ceil(histories / 5),
	laws: [
		{
			title: 'what is selected is a FULL and differential backups that join, ending with the point',
			holds: given => selections(given).every(({members, point}) =>
				members[0]!.full && members.slice(1).every((member, index) => joins(member, members[index]!)) && members.at(-1) === point),
		},
		{
			title: 'nothing that failed, is missing, is empty, or holds no transactions is ever selected, and nothing dated in the future is restored to',
			holds: given => selections(given).every(({members, point}) => Date.parse(point.takenAt) <= today.getTime() + 300_000
				&& members.every(({verification, state, size, highestTx}) => verification !== 'failed' && state !== 'missing' && state !== 'quarantined' && size > 0 && highestTx > 0)),
		},
		{
			title: 'what is selected does not depend on the order in which the artifacts come',
			holds(given) {
				const shuffled = given.taken.map((taken, index) => ({taken, rank: given.order[index % given.order.length]!})).toSorted((one, other) => one.rank - other.rank).map(({taken}) => taken);
				const text = (one: Case) => selections({...one, taken: one.taken}).map(({point, members, passedOver}) => `${point.name}: ${members.map(({name}) => name).join(' ')} ${names(passedOver)}`).toSorted().join('\n');
				return text(given) === text({...given, taken: shuffled});
			},
		},
		{
			title: 'each backup that can truly be restored is selected by its name, with exactly what neo4j-admin needs of it',
			holds: ({taken}) => taken.filter(one => isTruePoint(one)).every(one => {
				const {name, database} = one.artifact;
				const found = select(ofDatabase(taken, database), database, {kind: 'artifact', name});
				return found?.point.name === name && (hasChoice(one) || names(found.members) === names(needs(one)!.map(({artifact}) => artifact)));
			}),
		},
		{
			title: 'the newest is the newest that could be restored were nothing archived, and so is the newest before an instant',
			holds({taken, hours}) {
				const instant = new Date(today.getTime() - (hours * 3_600_000));
				return databases.every(database => {
					const artifacts = ofDatabase(taken, database);
					const points = [...taken.filter(one => isTruePoint(one)), ...thawed(taken).filter(one => isTruePoint(one))].filter(({artifact}) => artifact.database === database);
					const earlier = points.filter(({artifact: {takenAt}}) => Date.parse(takenAt) <= instant.getTime());
					return select(artifacts, database, {kind: 'newest'})?.point.name === newestOf(points) && select(artifacts, database, {kind: 'before', instant})?.point.name === newestOf(earlier);
				});
			},
		},
		{
			title: 'what is selected for a point in time contains it: its FULL is not younger, and it, or an empty one that confirms it, not older',
			holds: ({taken, hours}) => databases.every(database => {
				const instant = new Date(today.getTime() - (hours * 3_600_000));
				const artifacts = ofDatabase(taken, database);
				const found = select(artifacts, database, {kind: 'containing', instant});
				const isConfirmed = () => artifacts.some(one => one.highestTx === 0 && one.databaseID === found!.point.databaseID && Date.parse(one.takenAt) >= instant.getTime());
				return !found || (Date.parse(found.members[0]!.takenAt) <= instant.getTime() && (Date.parse(found.point.takenAt) >= instant.getTime() || isConfirmed()));
			}),
		},
		{
			title: 'a point in time that a backup contains is never refused, and nothing is selected that was taken later than need be',
			holds: ({taken, hours}) => databases.every(database => {
				const instant = new Date(today.getTime() - (hours * 3_600_000));
				const containing = taken.filter(one => one.artifact.database === database && !hasChoice(one) && contains(one, instant.getTime()));
				const found = select(ofDatabase(taken, database), database, {kind: 'containing', instant});
				return containing.length === 0 || Date.parse(found!.point.takenAt) <= Math.min(...containing.map(one => takenAt(one)));
			}),
		},
	],
});
