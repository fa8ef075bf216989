import {setTimeout as delay} from 'node:timers/promises';

/**
Asks again and again until something is so. Throws with its name when it takes longer than a minute, or than is said.
*/
export const until = async (question: () => Promise<boolean>, what: string, seconds = 60): Promise<void> => {
	const deadline = Date.now() + (seconds * 1000);
	while (!await question()) {
		if (Date.now() > deadline) {
			throw new Error(`Waited ${seconds} seconds in vain for ${what}.`);
		}

		await delay(100);
	}
};
