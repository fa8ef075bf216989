import {
	databasesOf, readDatabase, type Directory,
} from '#shared/catalogue/directory.ts';
import {parseArtifactName} from '#shared/catalogue/manifest.ts';
import {ConfigurationError} from '#shared/errors.ts';
import {refuseArchived} from '#shared/restore/refuse-selection.ts';
import {selectPoint, type Selection, type WantedPoint} from '#shared/restore/select-point.ts';
import {type ThawReader} from '#shared/restore/thaw.ts';
import {type Store, type StoreLocation} from '#shared/stores/store.ts';

export type DatabaseChoice = {
	readonly store: Store;
	readonly location: StoreLocation;
	/** None: all of which there is something, but for `system`. */
	readonly databases: readonly string[];
	readonly wanted: WantedPoint;
	/** What is archived was made readable again. */
	readonly thawed: boolean;
	/** Who is told what to do with what is archived; a person by default. */
	readonly reader?: ThawReader;
};

/** A database that was not asked for by its name, and why nothing of it is fetched. */
export type LeftOut = {readonly database: string; readonly reason: string; readonly isProblem: boolean};

/**
What to take of which databases. Of one that was asked for by its name everything has to be right; of the others, those of which nothing can be taken are left out and told, as long as there is one at all. `system` is taken by its name alone: it is restored in another way, and seldom.
*/
export const selectDatabases = async (directory: Directory, choice: DatabaseChoice, now: Date): Promise<{readonly selections: readonly Selection[]; readonly leftOut: readonly LeftOut[]}> => {
	const known = databasesOf(directory);
	refuseUnknown(directory, choice, known);
	const named = namedBy(choice);
	const selections: Selection[] = [];
	const leftOut: LeftOut[] = [];
	for (const database of named.length > 0 ? named : known) {
		try {
			const selection = await selectOne(directory, choice, {database, now});
			if (database === 'system' && named.length === 0) {
				leftOut.push({database, reason: 'it is restored in another way than other databases, and only when it is named', isProblem: false});
			} else if (selection) {
				selections.push(selection);
			}
		} catch (error) {
			if (named.length > 0 || !(error instanceof ConfigurationError)) {
				throw error;
			}

			leftOut.push({database, reason: error.message, isProblem: database !== 'system'});
		}
	}

	if (selections.length === 0) {
		const first = leftOut.find(({isProblem}) => isProblem) ?? leftOut[0];
		throw new ConfigurationError(first?.reason ?? `${wantedText(choice.wanted)}: there is nothing of it; there are backups of ${known.join(', ')}`, 'NotRestorable');
	}

	return {selections, leftOut};
};

/** An artifact is of one database, which its name says. */
const namedBy = ({databases, wanted}: DatabaseChoice): readonly string[] => {
	const ofArtifact = 'name' in wanted ? parseArtifactName(wanted.name)?.database : undefined;
	return ofArtifact === undefined ? databases : [ofArtifact];
};

const refuseUnknown = ({listing}: Directory, choice: DatabaseChoice, known: readonly string[]): void => {
	if (listing.objects.size === 0 || known.length === 0) {
		throw new ConfigurationError(`There is no catalogue of backups in ${choice.store.uri}: check bucket and path. One that was lost is written again by the next run of its Neo4jBackup`, 'NoCatalogue');
	}

	if (choice.wanted.kind === 'artifact' && parseArtifactName(choice.wanted.name) === undefined) {
		throw new ConfigurationError(`${choice.wanted.name} is no name of an artifact, which is like neo4j-2026-01-31T02-00-07.backup`, 'ArtifactUnknown');
	}

	const unknown = namedBy(choice).find(database => !known.includes(database));
	if (unknown !== undefined) {
		throw new ConfigurationError(`${unknown}: the catalogue in ${choice.store.uri} knows no such database; it knows ${known.join(', ')}`, 'DatabaseUnknown');
	}
};

type One = {readonly database: string; readonly now: Date};

const selectOne = async (directory: Directory, choice: DatabaseChoice, {database, now}: One): Promise<Selection | undefined> => {
	const {store, location, wanted, databases, thawed, reader} = choice;
	const {artifacts, unreadable: [problem]} = await readDatabase(store, directory, database);
	if (problem) {
		throw new ConfigurationError(`${database}: ${problem.message}`, 'CatalogueUnreadable');
	}

	// A run need not have been of every database.
	if (databases.length === 0 && wanted.kind === 'run' && !artifacts.some(({runID}) => runID === wanted.runID)) {
		return undefined;
	}

	const selection = selectPoint({
		database, artifacts, wanted, now,
	});
	refuseArchived(selection, location, thawed, reader);
	return selection;
};

const wantedText = (wanted: WantedPoint): string => {
	switch (wanted.kind) {
		case 'newest': {
			return 'The newest backups';
		}

		case 'before': {
			return `What was taken at ${wanted.instant.toISOString()} or before`;
		}

		case 'containing': {
			return `What contains ${wanted.instant.toISOString()}`;
		}

		case 'run': {
			return `Run ${wanted.runID}`;
		}

		case 'artifact': {
			return wanted.name;
		}
	}
};
