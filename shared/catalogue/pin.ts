import {readFields} from './read-json.ts';

/**
What a restore holds on to while it runs: artifacts whose chains no sweep may touch (decision D39).
*/
export type Pin = {
	readonly key: string;
	/** The restore that wrote it, as `<namespace>/<name>`. */
	readonly restore: string;
	/** File names of artifacts. */
	readonly artifacts: readonly string[];
	readonly createdAt: string;
};

export const parsePin = (key: string, body: Uint8Array | string): Pin => {
	const fields = readFields(key, body);
	return {
		key, restore: fields.text('restore'), artifacts: fields.texts('artifacts'), createdAt: fields.instant('createdAt'),
	};
};
