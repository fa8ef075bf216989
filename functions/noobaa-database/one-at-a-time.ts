/**
Lets work on one key run once at a time. What is asked for while it runs is done by one run that begins after it, for all who ask meanwhile: deleting one backup makes several events, and each of them asks for the same look. Only within one process; two that look at once do no harm.
*/
export const oneAtATime = (): (key: string, work: () => Promise<void>) => Promise<void> => {
	const running = new Map<string, Promise<void>>();
	const waiting = new Map<string, Promise<void>>();
	const start = async (key: string, work: () => Promise<void>): Promise<void> => {
		const run = work();
		running.set(key, run);
		try {
			await run;
		} finally {
			if (running.get(key) === run) {
				running.delete(key);
			}
		}
	};

	const follow = async (before: Promise<void>, key: string, work: () => Promise<void>): Promise<void> => {
		await Promise.allSettled([before]);
		waiting.delete(key);
		return start(key, work);
	};

	return async (key, work) => {
		const before = running.get(key);
		const next = waiting.get(key) ?? (before && follow(before, key, work));
		if (!next) {
			return start(key, work);
		}

		waiting.set(key, next);
		return next;
	};
};
