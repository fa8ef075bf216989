import {parseArtifactName} from '../catalogue/manifest.ts';
import {noWork, type DueWork} from './delete-due.ts';

/**
What of the work on several databases was that on each: answers it for one by its name. It is taken apart once, not once for each database.
*/
export const splitWork = (work: DueWork): ((database: string) => DueWork) => {
	const gone = Map.groupBy(work.gone, ({artifact: {database}}) => database);
	const failures = Map.groupBy(work.failures, ({name}) => databaseOf(name));
	const [absent, returned, lingering] = [work.absent, work.returned, work.lingering].map(names => Map.groupBy(names, name => databaseOf(name)));
	return database => ({
		...noWork,
		gone: gone.get(database) ?? [],
		failures: failures.get(database) ?? [],
		absent: absent!.get(database) ?? [],
		returned: returned!.get(database) ?? [],
		lingering: lingering!.get(database) ?? [],
		isConfirmed: work.isConfirmed,
	});
};

/** The name of an artifact says its database, as was proven when it was read. */
const databaseOf = (name: string): string | undefined => parseArtifactName(name)?.database;
