import {type CatalogueArtifact} from '../catalogue/artifacts.ts';
import {parseArtifactName} from '../catalogue/manifest.ts';
import {type StoredObject} from '../stores/store.ts';

export type Contradictions = {
	/** Artifacts that the catalogue says are there and the listing does not show, or shows with another size. */
	readonly absent: readonly string[];
	/** Artifacts that were missing once and are there again. */
	readonly returned: readonly string[];
	/** Artifacts of the database that no manifest names. */
	readonly unknown: readonly string[];
	/** Artifacts of which a whole copy is in the archive and the original is still in its place: a sweep was cut off there. */
	readonly lingering: readonly string[];
};

type ConfirmInput = {
	readonly database: string;
	/** What the catalogue knows of the database. */
	readonly artifacts: readonly CatalogueArtifact[];
	/** What the directory shows under the database's prefix. */
	readonly listed: ReadonlyMap<string, StoredObject>;
	/** The chains about to be deleted, oldest member first. */
	readonly due: ReadonlyArray<readonly CatalogueArtifact[]>;
	/** Names of artifacts that sweeps deleted. */
	readonly deleted: ReadonlySet<string>;
};

/**
Compares what the catalogue says of one database with a complete listing of it, by name and size (decision D69). Of a chain that is about to go the end may be absent already: an earlier sweep was cut off there, and it deletes from the end.
*/
export const confirmDatabase = ({database, artifacts, listed, due, deleted}: ConfirmInput): Contradictions => {
	const isThere = ({name, size}: CatalogueArtifact) => listed.get(name)?.size === size;
	const cutOff = new Set(due.flatMap(chain => cutOffEnd(chain, listed)));
	const known = new Set(artifacts.map(({name}) => name));
	return {
		absent: artifacts.filter(artifact => artifact.state === 'present' && !isThere(artifact) && !cutOff.has(artifact.name)).map(({name}) => name),
		returned: artifacts.filter(artifact => artifact.state === 'missing' && isThere(artifact)).map(({name}) => name),
		lingering: artifacts.filter(artifact => artifact.state === 'archived' && isThere(artifact)).map(({name}) => name),
		unknown: [...listed.keys()].filter(key => !known.has(key) && !deleted.has(key) && parseArtifactName(key)?.database === database),
	};
};

/** Names at the end of a chain of which no file is left. */
const cutOffEnd = (chain: readonly CatalogueArtifact[], listed: ReadonlyMap<string, StoredObject>): readonly string[] => {
	const last = chain.findLastIndex(({name}) => listed.has(name));
	return chain.slice(last + 1).map(({name}) => name);
};
