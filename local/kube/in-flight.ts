/**
The work that is under way: who wants to know that all is done counts it here instead of sleeping.
*/
export type InFlight = {
	/** Counts a piece of work until it ends, however it ends. The result and the error stay the caller's. */
	track: <T>(work: Promise<T>) => Promise<T>;
	/** How many pieces were ever begun. */
	begun: () => number;
	/** Resolves when nothing is under way. */
	idle: () => Promise<void>;
};

/**
A counter of work under way.
*/
export const createInFlight = (): InFlight => {
	const open = new Set<Promise<unknown>>();
	let begun = 0;
	return {
		async track(work) {
			begun++;
			open.add(work);
			try {
				return await work;
			} finally {
				open.delete(work);
			}
		},
		begun: () => begun,
		async idle() {
			while (open.size > 0) {
				await Promise.allSettled(open);
			}
		},
	};
};

/**
Waits until nothing is under way and catching up with the API server begins nothing new.
*/
export const settle = async (inFlight: InFlight, catchUp: () => Promise<void>): Promise<void> => {
	let before: number;
	do {
		before = inFlight.begun();
		await catchUp();
		await inFlight.idle();
	} while (inFlight.begun() !== before);
};
