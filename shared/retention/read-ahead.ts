/**
Reads one after another, with some of the next under way already, and answers them in order. Whoever ends early waits for those: nothing goes on behind their back.
*/
export async function * readAhead<Name, T>(names: readonly Name[], read: (name: Name) => Promise<T>, ahead: number): AsyncGenerator<T> {
	const underWay: Array<Promise<T>> = [];
	try {
		for (const name of names) {
			const reading = read(name);
			// It is awaited in its turn, and a failure is met then.
			reading.catch(() => undefined);
			underWay.push(reading);
			if (underWay.length >= ahead) {
				yield await underWay.shift()!;
			}
		}

		while (underWay.length > 0) {
			yield await underWay.shift()!;
		}
	} finally {
		await Promise.allSettled(underWay);
	}
}
