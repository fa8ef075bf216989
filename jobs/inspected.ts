import {type RunFolder} from './run-folder.ts';
import {parseInspectOutput, type InspectedArtifact} from '#shared/neo4j/inspect-output.ts';

/**
The headers that the container `inspect` read, by file name.
*/
export const inspectedArtifacts = async (folder: Pick<RunFolder, 'readInspections'>): Promise<ReadonlyMap<string, InspectedArtifact>> => {
	const texts = await folder.readInspections();
	return new Map(texts.flatMap(text => readable(text)).map(header => [header.file.split('/').at(-1)!, header]));
};

/**
Why an artifact cannot be told by its header, as a sentence; undefined when it can.
*/
export const headerProblem = (name: string, database: string, header: InspectedArtifact | undefined): string | undefined => {
	if (!header) {
		return `${name} cannot be read by \`neo4j-admin backup inspect\``;
	}

	return header.database === database ? undefined : `${name} says in its header that it is of database ${header.database}`;
};

/** An output that cannot be parsed proves nothing: its artifact then counts as unreadable. */
const readable = (text: string): readonly InspectedArtifact[] => {
	try {
		return parseInspectOutput(text);
	} catch {
		return [];
	}
};
