import {
	appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {type Change, keyOf} from './storage.ts';

/**
The changes of one server in `<folder>/changes.jsonl`, one JSON line each: what `createStorage` needs to go on where an earlier process stopped, even one that was killed in the middle of a line.
*/
export const openChangeLog = (folder: string): {readonly initial: readonly Change[]; readonly record: (change: Change) => void} => {
	mkdirSync(folder, {recursive: true});
	const path = join(folder, 'changes.jsonl');
	const initial = existsSync(path) ? latest(readFileSync(path, 'utf8')) : [];
	writeFileSync(`${path}.new`, initial.map(change => toLine(change)).join(''));
	renameSync(`${path}.new`, path);
	return {
		initial,
		record(change) {
			appendFileSync(path, toLine(change));
		},
	};
};

const toLine = ({revision, type, collection, object}: Change): string => `${JSON.stringify({
	revision, type, collection, object,
})}\n`;

// The last change of each object that still exists, and the last one of all, which carries the counter.
const latest = (text: string): readonly Change[] => {
	const changes = new Map<string, Change>();
	for (const change of complete(text)) {
		const key = `${change.collection} ${keyOf(change.object)}`;
		changes.delete(key);
		changes.set(key, change);
	}

	return [...changes.values()].filter((change, index, all) => change.type !== 'DELETED' || index === all.length - 1);
};

const complete = (text: string): readonly Change[] => text
	.split('\n')
	.slice(0, -1)

	.map(line => JSON.parse(line) as Change);
