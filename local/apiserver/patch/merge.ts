import {type Fields, isFields} from '../object.ts';

/**
A JSON merge patch (RFC 7396): null removes, objects merge, anything else replaces.
*/
export const mergePatch = (target: unknown, patch: Fields): Fields => {
	const merged = new Map(isFields(target) ? Object.entries(target) : []);
	for (const [name, value] of Object.entries(patch)) {
		if (value === null) {
			merged.delete(name);
		} else {
			merged.set(name, isFields(value) ? mergePatch(merged.get(name), value) : value);
		}
	}

	return Object.fromEntries(merged);
};
