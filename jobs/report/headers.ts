import {inspectedArtifacts} from '../inspected.ts';
import {type AttemptRecord, type RunFolder} from '../run-folder.ts';
import {settledNames} from '#shared/catalogue/encrypted-record.ts';
import {type Catalogue} from '#shared/catalogue/read.ts';
import {clockToleranceMs} from '#shared/clock-tolerance.ts';
import {type InspectedArtifact} from '#shared/neo4j/inspect-output.ts';

type Input = {
	readonly catalogue: Catalogue;
	readonly record: AttemptRecord;
	/** What this Pod's log calls finished. */
	readonly finished: readonly string[];
};

/**
The headers that `inspect` read, by file name: those of artifacts that no manifest names yet and that an attempt we know of can have written. Where the whole directory had to be inspected, all the older ones are left out by that.
*/
export const readHeaders = async (folder: RunFolder, {catalogue, record, finished}: Input): Promise<ReadonlyMap<string, InspectedArtifact>> => {
	const named = settledNames(catalogue);
	const headers = await inspectedArtifacts(folder);
	return new Map([...headers].filter(([name, {time}]) => !named.has(name) && (finished.includes(name) || Date.parse(time) >= earliest(record))));
};

const earliest = ({startedAt, unfinished}: AttemptRecord): number => Math.min(Date.parse(startedAt), ...unfinished.map(attempt => Date.parse(attempt.startedAt))) - clockToleranceMs;
