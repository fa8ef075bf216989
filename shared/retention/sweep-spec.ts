import {type Owner} from '../catalogue/manifest.ts';
import {ConfigurationError} from '../errors.ts';
import {type StoreLocation} from '../stores/store.ts';
import {type RetentionSpec} from './policy.ts';

/**
All that a sweep Job needs to know, as one JSON text in its environment. It holds no secret.
*/
export type SweepSpec = {
	readonly sweepID: string;
	readonly location: StoreLocation;
	readonly owner: Owner;
	/** `spec.retention` as it was when the Job was made; absent when there is none. */
	readonly retention?: RetentionSpec;
	readonly timeZone: string;
	readonly graceMs: number;
	/** When the Job was made, by the API server's clock. A Pod that starts long after, or on a clock that says so, touches nothing. */
	readonly plannedAt: string;
	readonly wantedRuns: readonly string[];
	/** The CR is being deleted with its backups: everything of it goes. */
	readonly purges?: boolean;
};

export const sweepSpecVariable = 'BACKUP_SWEEP';

/**
Reads the sweep out of the environment.
*/
export const readSweepSpec = (environment: NodeJS.ProcessEnv): SweepSpec => {
	const text = environment[sweepSpecVariable];
	if (!text) {
		throw new ConfigurationError(`${sweepSpecVariable} is not set: this command runs inside the Pod of a sweep Job`);
	}

	return JSON.parse(text) as SweepSpec;
};
