import {isSelected, type Draft, type Selector} from './object-selector.ts';

export type Replacement = {
	readonly source: Selector & {readonly fieldPath: string};
	readonly targets: ReadonlyArray<{
		readonly select: Selector;
		readonly reject?: readonly Selector[];
		readonly fieldPaths: readonly string[];
		readonly options?: {readonly delimiter: string; readonly index: number};
	}>;
};

/**
The `replacements` of a kustomization: fields that say what a field of another object says, whole or in one of their parts.
*/
export const replaceFields = (objects: readonly Draft[], replacements: readonly Replacement[]): void => {
	for (const {source: {fieldPath, ...source}, targets} of replacements) {
		const [from, ...more] = objects.filter(object => isSelected(object, source));
		if (from === undefined || more.length > 0) {
			throw new Error(`exactly one object must be ${JSON.stringify(source)}`);
		}

		const value = String(fieldAt(from, fieldPath).get());
		for (const {select, reject = [], fieldPaths, options} of targets) {
			const selected = objects.filter(object => isSelected(object, select) && !reject.some(other => isSelected(object, other)));
			for (const field of selected.flatMap(object => fieldPaths.map(path => fieldAt(object, path)))) {
				field.set(options === undefined ? value : withPart(String(field.get()), value, options));
			}
		}
	}
};

const withPart = (text: string, part: string, {delimiter, index}: {readonly delimiter: string; readonly index: number}): string => text.split(delimiter).with(index, part).join(delimiter);

type Field = {readonly get: () => unknown; readonly set: (value: string) => void};

/** A path is `a.0.[name=B].c`; every field on it must be there. */
const fieldAt = (object: Draft, path: string): Field => {
	let holder: Record<string, unknown> = object;
	const steps = path.split('.');
	for (const step of steps.slice(0, -1)) {
		holder = follow(holder, step) as Record<string, unknown>;
		if (typeof holder !== 'object') {
			throw new TypeError(`${object.kind} ${object.metadata.name} has no ${path}`);
		}
	}

	const last = steps.at(-1)!;
	return {
		get: () => holder[last],
		set(value) {
			holder[last] = value;
		},
	};
};

const follow = (holder: unknown, step: string): unknown => {
	const {key, value} = /^\[(?<key>\w+)=(?<value>\w+)\]$/v.exec(step)?.groups ?? {};
	return key === undefined
		? (holder as Record<string, unknown>)[step]
		: (holder as ReadonlyArray<Record<string, unknown>>).find(entry => entry[key] === value);
};
