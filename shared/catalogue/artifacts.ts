import {type DatabaseMarks} from './part.ts';
import {manifestKey} from './keys.ts';
import {type ManifestArtifact, type RunManifest, type Verification} from './manifest.ts';

/**
Where the file of an artifact is: where neo4j-admin looks (`present`), moved aside because its verification failed, moved to the archive, in its place but of an archive class that is read at once (`archivedInPlace`), or not where the catalogue says (`missing`).
*/
export type ArtifactState = 'present' | 'quarantined' | 'archived' | 'archivedInPlace' | 'missing';

/**
Whether an artifact is in the archive, where no policy reaches it any more.
*/
export const isArchived = ({state}: Pick<CatalogueArtifact, 'state'>): boolean => state === 'archived' || state === 'archivedInPlace';

export type CatalogueArtifact = ManifestArtifact & {
	readonly runID: string;
	/** The uid of the target, and the version it had. */
	readonly targetUID: string;
	readonly targetVersion?: string;
	/** How old it is: the time of its header, but never before its run started. A database server whose clock is behind would otherwise make its newest backups look old. */
	readonly takenAt: string;
	/** Its place among the others: the start of its run, which the API server's clock told, so that a wrong clock in a header does not tear chains apart. */
	readonly orderTime: string;
	readonly state: ArtifactState;
	/** Its manifest was lost, and with it the id of the run that wrote it. */
	readonly isRebuilt?: true;
};

type Places = {readonly quarantined: ReadonlySet<string>; readonly archived: ReadonlySet<string>};

/**
What an index holds of an artifact: all but where its file is now.
*/
export type KnownArtifact = Omit<CatalogueArtifact, 'state'>;

type Held = {readonly known?: readonly KnownArtifact[]; readonly marks?: DatabaseMarks};

/**
The artifacts that an index holds or that runs name, and that no sweep deleted. A file that two runs name (a run and its repair) is one artifact, the worse verification counts; two runs that disagree about the file itself are a contradiction.
*/
export const liveArtifacts = (runs: ReadonlyArray<{readonly manifest: RunManifest}>, places: Places, {known = [], marks}: Held = {}) => {
	const deleted = new Set(marks?.deleted.map(({name}) => name));
	const artifacts = new Map(known.filter(({name}) => !deleted.has(name)).map(artifact => [artifact.name, artifact]));
	const contradictions: Array<{key: string; message: string}> = [];
	for (const {manifest} of runs) {
		for (const found of manifest.artifacts.filter(({name}) => !deleted.has(name))) {
			const earlier = artifacts.get(found.name);
			if (earlier && !isSameFile(earlier, found)) {
				contradictions.push(contradiction(manifestKey(manifest.runID), earlier));
			}

			artifacts.set(found.name, earlier
				? {...earlier, verification: worse(earlier.verification, found.verification)}
				: withRun(found, manifest));
		}
	}

	const stateOf = placed(places, marks);
	return {artifacts: [...artifacts.values()].map((artifact): CatalogueArtifact => ({...artifact, state: stateOf(artifact.name)})), contradictions};
};

const placed = (places: Places, marks: DatabaseMarks | undefined): ((name: string) => ArtifactState) => {
	const missing = new Set(marks?.missing.map(({name}) => name));
	const inPlace = new Set(marks?.archivedInPlace);
	return name => {
		if (places.quarantined.has(name)) {
			return 'quarantined';
		}

		if (places.archived.has(name)) {
			return 'archived';
		}

		if (missing.has(name)) {
			return 'missing';
		}

		return inPlace.has(name) ? 'archivedInPlace' : 'present';
	};
};

/**
How old an artifact counts as: a header whose clock was behind does not make it older than its run.
*/
export const takenAtOf = (time: string, orderTime: string): string => Date.parse(orderTime) > Date.parse(time) ? orderTime : time;

const withRun = (artifact: ManifestArtifact, {runID, trigger, startedAt, target}: RunManifest): KnownArtifact => ({
	...artifact,
	runID,
	targetUID: target.uid,
	...(target.version !== undefined && {targetVersion: target.version}),
	takenAt: takenAtOf(artifact.time, startedAt),
	orderTime: startedAt,
	...(trigger === 'rebuilt' && {isRebuilt: true as const}),
});

const isSameFile = (one: ManifestArtifact, other: ManifestArtifact): boolean =>
	(['database', 'databaseID', 'timeline', 'size', 'time', 'full', 'lowestTx', 'highestTx'] as const).every(field => one[field] === other[field]);

const contradiction = (key: string, {name, runID}: KnownArtifact) => ({
	key,
	message: `${key}: it says something else of ${name} than run ${runID}. `
		+ 'Find out which is true with "backup inspect" and move the other away; nothing is deleted until then',
});

const worse = (one: Verification, other: Verification): Verification => {
	const order: readonly Verification[] = ['failed', 'passed', 'notRequested'];
	return order.find(verification => verification === one || verification === other)!;
};
