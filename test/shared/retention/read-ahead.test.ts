import test from 'ava';
import fc from 'fast-check';
import {readAhead} from '#shared/retention/read-ahead.ts';

/** Reads names whose lengths are their sizes, each of them when it is told to, and tells which are under way. */
const reading = () => {
	const underWay = new Map<string, () => void>();
	const most = {count: 0, size: 0};
	return {
		underWay,
		most,
		async read(name: string): Promise<string> {
			const {promise, resolve} = Promise.withResolvers<void>();
			underWay.set(name, resolve);
			most.count = Math.max(most.count, underWay.size);
			if (underWay.size > 1) {
				most.size = Math.max(most.size, [...underWay.keys()].reduce((sum, {length}) => sum + length, 0));
			}

			await promise;
			return name;
		},
	};
};

const sizeOf = ({length}: string) => length;

test('what is read ahead comes in order, and is never more in number or together larger than it may be', async t => {
	const names = fc.uniqueArray(fc.string({minLength: 1, maxLength: 9}), {maxLength: 12});
	await t.notThrowsAsync(fc.assert(fc.asyncProperty(names, fc.integer({min: 1, max: 4}), fc.integer({min: 1, max: 20}), async (wanted, count, room) => {
		const {underWay, most, read} = reading();
		const answers: string[] = [];
		const done = (async () => {
			for await (const name of readAhead(wanted, read, {most: count, sizeOf, room})) {
				answers.push(name);
			}
		})();
		while (answers.length < wanted.length) {
			// The last one that was begun is the first to be there.
			for (const [name, resolve] of [...underWay].toReversed()) {
				resolve();
				await Promise.resolve();
				underWay.delete(name);
			}

			await new Promise(resolve => {
				setImmediate(resolve);
			});
		}

		await done;
		return answers.join(' ') === wanted.join(' ') && most.count <= count && most.size <= room;
	})));
});

test('one that alone is larger than the room is read, and nothing beside it', async t => {
	const {underWay, read} = reading();
	const names = readAhead(['ab', 'much too large', 'cd'], read, {most: 4, sizeOf, room: 5});
	const seen: string[][] = [];
	for (const _ of [1, 2, 3]) {
		const next = names.next();
		await new Promise(resolve => {
			setImmediate(resolve);
		});
		seen.push([...underWay.keys()]);
		for (const [name, resolve] of underWay) {
			resolve();
			underWay.delete(name);
		}

		await next;
	}

	t.deepEqual(seen, [['ab'], ['much too large'], ['cd']]);
});
