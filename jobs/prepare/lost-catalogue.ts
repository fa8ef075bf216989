import {type Catalogue} from '#shared/catalogue/read.ts';
import {type RunSpec} from '#shared/runs/run-spec.ts';

type Known = Pick<Catalogue, 'artifacts' | 'runs' | 'openAttempts' | 'unreadable' | 'listing'>;

/** Instants of a status have whole seconds. */
const toleranceMs = 1000;

/**
Since when backups in the directory are this CR's own, where the catalogue that named them has been lost; undefined while there is nothing to rebuild. Lost is a catalogue without an index that knows nothing as old as what the CR's status once told of it, or nothing at all in a directory that the user had this CR take over. Files that are older, or that lie in a directory of which no status told, are somebody else's.
*/
export const lostSince = ({known, adoptStorage}: Pick<RunSpec, 'known' | 'adoptStorage'>, {artifacts, runs, openAttempts, unreadable, listing}: Known): string | undefined => {
	const isWhole = unreadable.length === 0 && openAttempts.length === 0;
	if (!isWhole || listing.indexes.length > 0) {
		return undefined;
	}

	if (adoptStorage && runs.length === 0) {
		return new Date(0).toISOString();
	}

	const isLost = known && !artifacts.some(({takenAt}) => Date.parse(takenAt) <= Date.parse(known.oldest) + toleranceMs);
	return isLost ? known.since : undefined;
};
