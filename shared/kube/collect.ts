/**
All objects of a listing that comes in pages.
*/
export const collect = async <T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> => {
	const all: T[] = [];
	for await (const page of pages) {
		all.push(...page);
	}

	return all;
};
