type Ahead<Name> = {
	/** How many are read at a time at most, the one that is waited for included. */
	readonly most: number;
	/** How large one is, and how large all of them may be together; one alone may be larger. */
	readonly sizeOf: (name: Name) => number;
	readonly room: number;
};

/**
Reads one after another, with some of the next under way already, and answers them in order. Whoever ends early waits for those: nothing goes on behind their back.
*/
export async function * readAhead<Name, T>(names: readonly Name[], read: (name: Name) => Promise<T>, {most, sizeOf, room}: Ahead<Name>): AsyncGenerator<T> {
	const underWay: Array<{readonly reading: Promise<T>; readonly size: number}> = [];
	let taken = 0;
	try {
		for (const name of names) {
			const size = sizeOf(name);
			while (underWay.length > 0 && (underWay.length >= most || taken + size > room)) {
				yield await underWay[0]!.reading;
				taken -= underWay.shift()!.size;
			}

			const reading = read(name);
			// It is awaited in its turn, and a failure is met then.
			reading.catch(() => undefined);
			underWay.push({reading, size});
			taken += size;
		}

		while (underWay.length > 0) {
			yield await underWay.shift()!.reading;
		}
	} finally {
		await Promise.allSettled(underWay.map(async ({reading}) => reading));
	}
}
