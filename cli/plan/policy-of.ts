import {type RetentionSpec} from '#shared/retention/policy.ts';
import {type BackupSpec} from '#shared/runs/status.ts';

/**
The policy of a CR for readers: all of `spec.retention` but the account that deletes.
*/
export const policyOf = ({retention}: BackupSpec): RetentionSpec | undefined => {
	if (!retention) {
		return undefined;
	}

	const {cloud: _, ...policy} = retention;
	return policy;
};
