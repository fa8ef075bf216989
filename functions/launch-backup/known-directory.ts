import {type RunSpec} from '#shared/runs/run-spec.ts';
import {type Neo4jBackup} from '#shared/runs/status.ts';

/**
What the status of a CR knows of its directory, so that a catalogue that was lost is told from one that was never there. Its backups may be older than the CR, which may have been made again.
*/
export const knownDirectory = ({metadata: {creationTimestamp}, status}: Neo4jBackup): RunSpec['known'] => {
	const oldest = status?.storage?.oldest ?? status?.lastSuccessTime;
	if (oldest === undefined) {
		return undefined;
	}

	const isOlder = creationTimestamp === undefined || Date.parse(oldest) < Date.parse(creationTimestamp);
	return {oldest, since: isOlder ? oldest : creationTimestamp};
};
