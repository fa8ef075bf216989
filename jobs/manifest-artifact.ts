import {type ManifestArtifact} from '#shared/catalogue/manifest.ts';
import {type InspectedArtifact} from '#shared/neo4j/inspect-output.ts';

/**
What a manifest says of an artifact, from its header and the file in the store.
*/
export const manifestArtifact = (name: string, header: InspectedArtifact, {size, timeline}: {readonly size: number; readonly timeline: string}): ManifestArtifact => ({
	name,
	database: header.database,
	databaseID: header.databaseID,
	timeline,
	size,
	time: header.time,
	full: header.full,
	compressed: header.compressed,
	lowestTx: header.lowestTx,
	highestTx: header.highestTx,
	verification: 'notRequested',
});
