import {type Neo4jRestore} from '#shared/restore/status.ts';

/**
The last transaction that the restored database has at least, by the artifacts that went in: that of the newest one; where the restore ends at an earlier point, which lies in the newest one, that of the one before it. Undefined when it is not known.
*/
export const expectedTransaction = ({spec: {source, options}, status}: Pick<Neo4jRestore, 'spec' | 'status'>): number | undefined => {
	const artifacts = status?.resolvedSource?.artifacts ?? [];
	const endsEarlier = source.pointInTime !== undefined || (options?.additionalArgs?.some(argument => argument.startsWith('--restore-until')) ?? false);
	return artifacts.at(endsEarlier ? -2 : -1)?.highestTx;
};
