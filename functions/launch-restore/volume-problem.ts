import {ConfigurationError} from '#shared/errors.ts';
import {type FoundRestoreTarget} from '#shared/restore/find-target.ts';
import {type RestoreSpec} from '#shared/restore/status.ts';

/**
Why the volume of server 0 cannot be restored onto in the way that is asked for: scaled down, it would be deleted (decision D52); in use by a server that goes on running, it can be mounted by no other Pod (decision D51).
*/
export const volumeProblem = ({stopCluster}: Pick<RestoreSpec, 'stopCluster'>, {statefulSet}: FoundRestoreTarget): ConfigurationError | undefined => {
	const {metadata: {name}, spec} = statefulSet;
	if (stopCluster && spec?.persistentVolumeClaimRetentionPolicy?.whenScaled === 'Delete') {
		return new ConfigurationError(`spec.stopCluster: StatefulSet ${name} has persistentVolumeClaimRetentionPolicy.whenScaled: Delete, so that scaling it down deletes the volumes with all databases on them; set it to Retain, or leave stopCluster out (method: Seed would restore without it)`, 'ClaimsWouldBeDeleted');
	}

	const modes = spec?.volumeClaimTemplates?.flatMap(template => template.spec?.accessModes ?? []) ?? [];
	return !stopCluster && modes.includes('ReadWriteOncePod')
		? new ConfigurationError(`spec.stopCluster: the claims of StatefulSet ${name} are ReadWriteOncePod, which no second Pod may mount while the server runs; use stopCluster: true`, 'ClaimInUse')
		: undefined;
};
