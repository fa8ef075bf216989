/**
What waits for pods to end, and hears of it at that moment: a claim that another pod has is free then.
*/
export type Turns = {
	/** Calls once, when the next pod has ended, unless the answered function is called before. */
	readonly next: (listener: () => void) => () => void;
	readonly podEnded: () => void;
	/** One at a time, so that two pods cannot both take what only one may have. */
	readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
};

export const createTurns = (): Turns => {
	const listeners = new Set<() => void>();
	let last: Promise<unknown> = Promise.resolve();
	return {
		next(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
		podEnded() {
			for (const listener of listeners) {
				listener();
			}

			listeners.clear();
		},
		async inTurn(work) {
			const mine = last.catch(() => undefined).then(work);
			last = mine;
			return mine;
		},
	};
};
