import {createHash} from 'node:crypto';

/**
How long the scheduled starts of one CR are put off, in milliseconds: whole seconds in [0, jitter), the same whoever works it out, and spread evenly over CRs. It does not depend on the instant, so that a later one never overtakes an earlier one and the distance between runs stays.
*/
export const jitterOffset = (uid: string, jitter: number): number => {
	const seconds = Math.floor(jitter / 1000);
	if (seconds <= 0) {
		return 0;
	}

	return (createHash('sha256').update(uid).digest().readUIntBE(0, 6) % seconds) * 1000;
};
