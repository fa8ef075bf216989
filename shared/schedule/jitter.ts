import {createHash} from 'node:crypto';

/**
How long the start of one scheduled run is put off, in milliseconds: whole seconds in [0, jitter), the same whoever works it out, and spread evenly over CRs and instants.
*/
export const jitterOffset = (uid: string, instant: Date, jitter: number): number => {
	const seconds = Math.floor(jitter / 1000);
	if (seconds <= 0) {
		return 0;
	}

	const digest = createHash('sha256').update(`${uid}\0${instant.toISOString()}`).digest();
	return (digest.readUIntBE(0, 6) % seconds) * 1000;
};
