import {type AttemptRecord, type RunFolder} from '../run-folder.ts';
import {clockToleranceMs} from './attribute.ts';
import {type Catalogue} from '#shared/catalogue/read.ts';
import {parseInspectOutput, type InspectedArtifact} from '#shared/neo4j/inspect-output.ts';

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
	const named = new Set([...catalogue.artifacts.map(({name}) => name), ...catalogue.index?.deleted.map(({name}) => name) ?? []]);
	const headers = new Map<string, InspectedArtifact>();
	for (const text of await folder.readInspections()) {
		for (const header of readable(text)) {
			const name = header.file.split('/').at(-1)!;
			if (!named.has(name) && (finished.includes(name) || Date.parse(header.time) >= earliest(record))) {
				headers.set(name, header);
			}
		}
	}

	return headers;
};

const earliest = ({startedAt, unfinished}: AttemptRecord): number => Math.min(Date.parse(startedAt), ...unfinished.map(attempt => Date.parse(attempt.startedAt))) - clockToleranceMs;

/** An output that cannot be parsed proves nothing: its artifact then counts as unreadable. */
const readable = (text: string): readonly InspectedArtifact[] => {
	try {
		return parseInspectOutput(text);
	} catch {
		return [];
	}
};
