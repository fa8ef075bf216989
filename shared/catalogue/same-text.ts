/**
Answers equal texts as one, so that what very many artifacts have in common is in memory once. It remembers so many at a time.
*/
export const sharedTexts = (most: number): {readonly has: (text: string) => boolean; readonly same: (text: string) => string} => {
	const known = new Map<string, string>();
	return {
		has: text => known.has(text),
		same(text) {
			const found = known.get(text);
			if (found !== undefined) {
				return found;
			}

			if (known.size >= most) {
				known.clear();
			}

			known.set(text, text);
			return text;
		},
	};
};
