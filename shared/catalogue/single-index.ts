import {liveArtifacts} from './artifacts.ts';
import {type CatalogueIndex, type SingleIndex} from './catalogue-index.ts';
import {parseArtifactName} from './manifest.ts';
import {withoutState, type DatabasePart} from './part.ts';

/**
An index of the first version, taken apart into what an index and its parts say now. The next index that is written is one of these, so that this is done once for each directory.
*/
export const splitSingleIndex = (single: SingleIndex): {readonly index: CatalogueIndex; readonly parts: ReadonlyMap<string, DatabasePart>} => {
	const {number, writtenAt, writer, runs, lastExpiry} = single;
	const {artifacts} = liveArtifacts(runs, {quarantined: new Set(), archived: new Set()}, {marks: single});
	const artifactsOf = Map.groupBy(artifacts, ({database}) => database);
	const of = <Mark extends {readonly name: string}>(marks: readonly Mark[]) => Map.groupBy(marks, ({name}) => parseArtifactName(name)?.database);
	const [expiring, missing, deleted, inPlace] = [of(single.expiring), of(single.missing), of(single.deleted), of(single.archivedInPlace.map(name => ({name})))];
	const names = new Set([...artifactsOf.keys(), ...deleted.keys()].filter(name => name !== undefined));
	const parts = new Map([...names].map((database): [string, DatabasePart] => [database, {
		database,
		artifacts: (artifactsOf.get(database) ?? []).map(artifact => withoutState(artifact)),
		expiring: expiring.get(database) ?? [],
		missing: missing.get(database) ?? [],
		deleted: deleted.get(database) ?? [],
		archivedInPlace: (inPlace.get(database) ?? []).map(({name}) => name),
	}]));
	return {
		parts,
		index: {
			number,
			writtenAt,
			writer,
			...(lastExpiry && {lastExpiry}),
			runs: runs.map(({foldedIn, manifest: {requested: _requested, artifacts: _artifacts, ...head}}) => ({foldedIn, head})),
			databases: [...names].map(name => ({name, key: '', runs: []})),
			replaced: [],
			shown: [],
		},
	};
};
