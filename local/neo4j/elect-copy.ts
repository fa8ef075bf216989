import {type Store} from './disk.ts';

/**
What one server has of a database: its store, or nothing.
*/
export type Copy = {readonly server: string; readonly store: Store | undefined};

/**
Which copy becomes that of all servers when a database comes online and nobody names a seeder. Neo4j lets each primary mount what lies on its disk, one of them leads, and the others follow it, whatever they had; it does not say which. The stand-in takes what most of them have, and where no two agree the last one's, so that a store restored on the first server alone always loses, in whatever order the servers come. Undefined while those that are up are too few to tell.
*/
export const electCopy = (copies: readonly Copy[], primaries: number): Copy | undefined => {
	const groups = [...Map.groupBy(copies, ({store}) => JSON.stringify(store?.transactions)).values()];
	const [largest] = groups.toSorted((left, right) => right.length - left.length || copies.indexOf(right.at(-1)!) - copies.indexOf(left.at(-1)!));
	const isDecided = largest !== undefined && (largest.length * 2 > primaries || copies.length === primaries);
	return isDecided ? largest.at(-1) : undefined;
};
